import { startService } from "./service/service.ts";
import { describeStartError } from "./service/start-error.ts";
import { endProcess, endWhenToldTo } from "./service/until-stopped.ts";

const stack = new AsyncDisposableStack();
endWhenToldTo(stack);
try {
  const { address } = await startService(stack, process.env, async () => {});
  console.log(address);
} catch (error) {
  if (!stack.disposed) {
    console.error(describeStartError(error));
    await endProcess(stack, 1);
  }
}
