CREATE TYPE "public"."delivery_status" AS ENUM('pending', 'delivered', 'failed');--> statement-breakpoint
CREATE TYPE "public"."order_status" AS ENUM('paid', 'confirmed', 'preparing', 'ready', 'on_the_way', 'delivered', 'cancelled');--> statement-breakpoint
CREATE TYPE "public"."outbox_status" AS ENUM('pending', 'dispatched');--> statement-breakpoint
CREATE TYPE "public"."webhook_status" AS ENUM('active', 'paused', 'disabled');--> statement-breakpoint
CREATE TABLE "commerce_events" (
	"partner_id" uuid NOT NULL,
	"event_id" text NOT NULL,
	"type" text NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"external_ref" text,
	"value_amount" bigint,
	"value_currency" text,
	"user_data" jsonb,
	CONSTRAINT "commerce_events_pkey" PRIMARY KEY("partner_id","event_id"),
	CONSTRAINT "commerce_events_value_check" CHECK (num_nulls("commerce_events"."value_amount", "commerce_events"."value_currency") in (0, 2))
);
--> statement-breakpoint
CREATE TABLE "order_lines" (
	"order_id" uuid NOT NULL,
	"line" integer NOT NULL,
	"partner_id" uuid NOT NULL,
	"location_id" uuid NOT NULL,
	"item_id" uuid NOT NULL,
	"external_ref" text NOT NULL,
	"location_ref" text NOT NULL,
	"title" text NOT NULL,
	"quantity" integer NOT NULL,
	"price_amount" bigint NOT NULL,
	"price_currency" text NOT NULL,
	"taken" integer,
	"taken_from_count_at" timestamp (3) with time zone,
	CONSTRAINT "order_lines_pkey" PRIMARY KEY("order_id","line"),
	CONSTRAINT "order_lines_row_key" UNIQUE("order_id","location_id","item_id"),
	CONSTRAINT "order_lines_quantity_check" CHECK ("order_lines"."quantity" > 0)
);
--> statement-breakpoint
CREATE TABLE "orders" (
	"order_id" uuid PRIMARY KEY NOT NULL,
	"partner_id" uuid NOT NULL,
	"status" "order_status" DEFAULT 'paid' NOT NULL,
	"payment_ref" text NOT NULL,
	"deliver_to" json,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"confirmed_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "orders_tenant_key" UNIQUE("partner_id","order_id"),
	CONSTRAINT "orders_ended_check" CHECK (("orders"."status" in ('delivered', 'cancelled')) = ("orders"."ended_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"delivery_id" uuid PRIMARY KEY NOT NULL,
	"partner_id" uuid NOT NULL,
	"endpoint_id" uuid NOT NULL,
	"event_id" uuid NOT NULL,
	"status" "delivery_status" DEFAULT 'pending' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp (3) with time zone,
	"leased_until" timestamp (3) with time zone,
	"lease_id" uuid,
	"last_attempt_at" timestamp (3) with time zone,
	"response_code" integer,
	"response_body" text,
	"duration_ms" integer,
	"error" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "webhook_deliveries_event_key" UNIQUE("endpoint_id","event_id"),
	CONSTRAINT "webhook_deliveries_status_check" CHECK (("webhook_deliveries"."status" = 'pending') = ("webhook_deliveries"."next_attempt_at" is not null) and ("webhook_deliveries"."status" = 'pending') = ("webhook_deliveries"."ended_at" is null)),
	CONSTRAINT "webhook_deliveries_lease_check" CHECK (num_nulls("webhook_deliveries"."leased_until", "webhook_deliveries"."lease_id") in (0, 2))
);
--> statement-breakpoint
CREATE TABLE "webhook_endpoints" (
	"endpoint_id" uuid PRIMARY KEY NOT NULL,
	"partner_id" uuid NOT NULL,
	"url" text NOT NULL,
	"description" text,
	"events" text[] NOT NULL,
	"status" "webhook_status" DEFAULT 'active' NOT NULL,
	"disabled_reason" text,
	"disabled_at" timestamp (3) with time zone,
	"sealed_secret" "bytea" NOT NULL,
	"sealed_previous_secret" "bytea",
	"previous_secret_until" timestamp (3) with time zone,
	"failing_since" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "webhook_endpoints_tenant_key" UNIQUE("partner_id","endpoint_id"),
	CONSTRAINT "webhook_endpoints_disabled_check" CHECK (("webhook_endpoints"."status" = 'disabled') = ("webhook_endpoints"."disabled_at" is not null) and num_nulls("webhook_endpoints"."disabled_at", "webhook_endpoints"."disabled_reason") in (0, 2)),
	CONSTRAINT "webhook_endpoints_previous_secret_check" CHECK (num_nulls("webhook_endpoints"."sealed_previous_secret", "webhook_endpoints"."previous_secret_until") in (0, 2))
);
--> statement-breakpoint
-- Nobody was there to be told of what lies there already.
ALTER TABLE "outbox_events" ADD COLUMN "status" "outbox_status" DEFAULT 'dispatched' NOT NULL;--> statement-breakpoint
ALTER TABLE "outbox_events" ALTER COLUMN "status" SET DEFAULT 'pending';--> statement-breakpoint
ALTER TABLE "commerce_events" ADD CONSTRAINT "commerce_events_partner_id_partners_partner_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("partner_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_lines" ADD CONSTRAINT "order_lines_order_fk" FOREIGN KEY ("partner_id","order_id") REFERENCES "public"."orders"("partner_id","order_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_partner_id_partners_partner_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("partner_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_event_id_outbox_events_event_id_fk" FOREIGN KEY ("event_id") REFERENCES "public"."outbox_events"("event_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_endpoint_fk" FOREIGN KEY ("partner_id","endpoint_id") REFERENCES "public"."webhook_endpoints"("partner_id","endpoint_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_endpoints" ADD CONSTRAINT "webhook_endpoints_partner_id_partners_partner_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("partner_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "commerce_events_received_idx" ON "commerce_events" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "orders_changes_idx" ON "orders" USING btree ("partner_id","updated_at");--> statement-breakpoint
CREATE INDEX "orders_contact_idx" ON "orders" USING btree ("ended_at") WHERE "orders"."deliver_to" is not null;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_due_idx" ON "webhook_deliveries" USING btree ("endpoint_id","next_attempt_at") WHERE "webhook_deliveries"."status" = 'pending';--> statement-breakpoint
CREATE INDEX "webhook_deliveries_list_idx" ON "webhook_deliveries" USING btree ("endpoint_id","delivery_id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_failed_idx" ON "webhook_deliveries" USING btree ("endpoint_id","delivery_id") WHERE "webhook_deliveries"."status" = 'failed';--> statement-breakpoint
CREATE INDEX "webhook_deliveries_event_idx" ON "webhook_deliveries" USING btree ("event_id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_ended_idx" ON "webhook_deliveries" USING btree ("ended_at") WHERE "webhook_deliveries"."ended_at" is not null;--> statement-breakpoint
CREATE INDEX "outbox_events_pending_idx" ON "outbox_events" USING btree ("event_id") WHERE "outbox_events"."status" = 'pending';