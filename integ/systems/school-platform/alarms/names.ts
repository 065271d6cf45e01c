/** Where the subscribers of alarms are. */
export const OPERATORS = 'https://operators.example';
/** The address of the government's API in the example. */
export const GOVERNMENT = 'https://api.government.example';
/** What alarms of the example begin with. */
export const PREFIX = 'Luca-';
