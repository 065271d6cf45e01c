import { testBehaviours } from '../../../testing/behaviours';

testBehaviours(__dirname, 15);
