import type { TypeKnowledge } from '../contracts';
import { bucketKnowledge } from './bucket-knowledge';
import { queueKnowledge } from './queue-knowledge';
import { secretKnowledge } from './secret-knowledge';
import { globalTableKnowledge, tableKnowledge } from './table-knowledge';

/** The resource types that the engines run. */
export const knowledge: TypeKnowledge[] = [tableKnowledge, globalTableKnowledge, queueKnowledge, bucketKnowledge, secretKnowledge];
