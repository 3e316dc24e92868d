ALTER TABLE "stock_rows" DROP CONSTRAINT "stock_rows_price_check";--> statement-breakpoint
ALTER TABLE "stock_rows" DROP CONSTRAINT "stock_rows_item_fk";
--> statement-breakpoint
ALTER TABLE "items" ALTER COLUMN "title" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "stock_rows" ALTER COLUMN "verified_at" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "stock_rows" ALTER COLUMN "price_amount" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "stock_rows" ALTER COLUMN "availability" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "stock_rows" ALTER COLUMN "verification_method" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "stock_rows" ALTER COLUMN "quantity" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "stock_rows" ALTER COLUMN "price_currency" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "items" ADD COLUMN "details_observed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "items" ADD COLUMN "detail_registers" jsonb;--> statement-breakpoint
ALTER TABLE "items" ADD COLUMN "deleted_observed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "proofs" ADD COLUMN "observed_json" text;--> statement-breakpoint
ALTER TABLE "stock_rows" ADD COLUMN "listed" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "stock_rows" ADD COLUMN "availability_stated" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "stock_rows" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "stock_rows" ADD COLUMN "price_observed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "stock_rows" ADD COLUMN "stock_observed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "stock_rows" ADD COLUMN "counted_observed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "stock_rows" ADD COLUMN "updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "stock_rows" ADD CONSTRAINT "stock_rows_item_fk" FOREIGN KEY ("partner_id","item_id") REFERENCES "public"."items"("partner_id","item_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "items_untitled_idx" ON "items" USING btree ("updated_at") WHERE "items"."title" IS NULL;--> statement-breakpoint
CREATE INDEX "stock_rows_changes_idx" ON "stock_rows" USING btree ("partner_id","updated_at","item_id","location_id") WHERE "stock_rows"."listed";--> statement-breakpoint
CREATE INDEX "stock_rows_unlisted_idx" ON "stock_rows" USING btree ("updated_at") WHERE NOT "stock_rows"."listed";--> statement-breakpoint
ALTER TABLE "stock_rows" ADD CONSTRAINT "stock_rows_stock_check" CHECK (num_nulls("stock_rows"."quantity", "stock_rows"."availability", "stock_rows"."verified_at", "stock_rows"."verification_method") in (0, 4)
        and ("stock_rows"."proof_id" is null or "stock_rows"."quantity" is not null));--> statement-breakpoint
ALTER TABLE "stock_rows" ADD CONSTRAINT "stock_rows_listed_check" CHECK (not "stock_rows"."listed" or num_nulls("stock_rows"."price_amount", "stock_rows"."quantity") = 0);--> statement-breakpoint
ALTER TABLE "stock_rows" ADD CONSTRAINT "stock_rows_price_check" CHECK ("stock_rows"."price_amount" >= 0 and num_nulls("stock_rows"."price_amount", "stock_rows"."price_currency") in (0, 2));--> statement-breakpoint
-- A confirmation rewrites rows in place (HOT), without their index entries, only if there is room on their page; and
-- shops confirm whole shelves, every row of a page at once.
ALTER TABLE "stock_rows" SET (fillfactor = 50);--> statement-breakpoint
ALTER TABLE "items" SET (fillfactor = 50);--> statement-breakpoint
-- What was known before was observed as a whole when it was verified.
UPDATE "stock_rows" SET "price_observed_at" = "verified_at", "stock_observed_at" = "verified_at", "counted_observed_at" = "verified_at", "updated_at" = "verified_at", "availability_stated" = "availability" IS DISTINCT FROM (CASE WHEN "quantity" = 0 THEN 'out_of_stock' WHEN "quantity" <= 5 THEN 'low_stock' ELSE 'in_stock' END)::availability;--> statement-breakpoint
UPDATE "items" SET "details_observed_at" = "updated_at";
