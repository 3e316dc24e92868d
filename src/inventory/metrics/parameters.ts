import { idParameter } from "../../http/list-parameters.ts";
import { FORMAT_PARAMETER } from "../../http/metrics-format.ts";
import { choice, text } from "../../http/parameter-kinds.ts";
import { HISTORY_WINDOW_HOURS, type HistoryWindow } from "./metrics.ts";

const HISTORY_WINDOWS = Object.keys(HISTORY_WINDOW_HOURS) as HistoryWindow[];

/** Everything `GET /inventory/metrics` may be asked: its parser and its OpenAPI both come from here. */
export const METRICS_PARAMETERS = {
  partner_id: idParameter(
    "ptr",
    "Whose inventory. Operators need it; everybody else has one of their own, which it must be.",
  ),
  location_ref: text({
    description: "Only what is at the location that you call so. There is no history of a part.",
    minLength: 1,
    maxLength: 128,
    example: "yaba-1",
  }),
  category: text({
    description: "Only items of exactly this category. There is no history of a part.",
    minLength: 1,
    maxLength: 200,
    example: "grocery",
  }),
  window: choice({
    description: "How far back `history` goes.",
    values: HISTORY_WINDOWS,
    default: "24h",
  }),
  format: FORMAT_PARAMETER,
};
