export { assess } from './assess';
export { knowledge } from './knowledge';
export { printLedger } from './print';
