import { describeFactories } from "./factories-contract.ts";

describeFactories("workerd");
