export { assess } from './assess';
export { printCoverage } from './print';
