const CATALOG = "catalog:";

/**
 * The turn (see `writeOnce`) of all that change or remove a partner's items or stock rows: what a write does there
 * depends on all that was there before.
 */
export function catalogTurn(partnerId: string): string {
  return `${CATALOG}${partnerId}`;
}

/** SQL that takes the partner's catalog turn, unless somebody has it: whether it did. */
export function tryCatalogTurn(partnerId: string): string {
  return `pg_try_advisory_xact_lock(hashtextextended('${CATALOG}' || ${partnerId}, 0))`;
}

/** The turn of all that compute a partner's metrics: who has waited for it finds what the one before has computed. */
export function metricsTurn(partnerId: string): string {
  return `metrics:${partnerId}`;
}

/** The turn of all that add to a partner's webhooks, of which there is a largest number. */
export function webhooksTurn(partnerId: string): string {
  return `webhooks:${partnerId}`;
}
