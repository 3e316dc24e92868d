import { describeWebhookUrls } from "./url-claims.ts";

describeWebhookUrls();
