export { assess, withLeftOut } from './assess';
export { printCoverage } from './print';
