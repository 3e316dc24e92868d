import { type BuiltService, startBuiltService } from "./service/built-service.ts";
import { LOAD_LIMIT } from "./service/load-key.ts";
import { describeStartError } from "./service/start-error.ts";
import { endProcess, endWhenToldTo } from "./service/until-stopped.ts";

const stack = new AsyncDisposableStack();
endWhenToldTo(stack);
try {
  console.log(describe(await startBuiltService(stack, process.env)));
} catch (error) {
  if (!stack.disposed) {
    console.error(describeStartError(error));
    await endProcess(stack, 1);
  }
}

function describe({ address, apiKey, place }: BuiltService): string {
  const { lat, lng } = place ?? { lat: "6.5095", lng: "3.3711" };
  return [
    "",
    `The built Worker is ready at ${address}`,
    "",
    `  API key   ${apiKey}`,
    `            (${LOAD_LIMIT.toLocaleString("en")} nearby questions in 300 s; RATE_LIMITS=off: no limits at all)`,
    "",
    `curl -si '${address}/inventory/nearby?lat=${lat}&lng=${lng}' -H 'Authorization: Bearer ${apiKey}'`,
    "",
    "Ctrl-C stops it.",
  ].join("\n");
}
