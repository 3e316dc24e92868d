import { describeFactories } from "./factories-contract.ts";

describeFactories("Node");
