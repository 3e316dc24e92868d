import { startService } from "./service/service.ts";
import { describeStartError } from "./service/start-error.ts";
import { endProcess, endWhenToldTo } from "./service/until-stopped.ts";
import { describeWelcome } from "./service/welcome.ts";

const stack = new AsyncDisposableStack();
endWhenToldTo(stack);
try {
  console.log(await describeWelcome(await startService(stack, process.env)));
} catch (error) {
  if (!stack.disposed) {
    console.error(describeStartError(error));
    await endProcess(stack, 1);
  }
}
