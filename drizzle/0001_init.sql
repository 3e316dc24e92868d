CREATE TYPE "public"."availability" AS ENUM('in_stock', 'low_stock', 'out_of_stock', 'on_request', 'scheduled_only');--> statement-breakpoint
CREATE TYPE "public"."partner_status" AS ENUM('pending', 'approved', 'suspended');--> statement-breakpoint
CREATE TYPE "public"."verification_method" AS ENUM('shelf_snap', 'count', 'pos_sync', 'assertion');--> statement-breakpoint
CREATE TABLE "api_keys" (
	"key_id" uuid PRIMARY KEY NOT NULL,
	"partner_id" uuid NOT NULL,
	"label" text NOT NULL,
	"prefix" text NOT NULL,
	"sha256" "bytea" NOT NULL,
	"scopes" text[] NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	"last_used_at" timestamp (3) with time zone,
	CONSTRAINT "api_keys_sha256_key" UNIQUE("sha256"),
	CONSTRAINT "api_keys_sha256_check" CHECK (octet_length("api_keys"."sha256") = 32)
);
--> statement-breakpoint
CREATE TABLE "items" (
	"item_id" uuid PRIMARY KEY NOT NULL,
	"partner_id" uuid NOT NULL,
	"external_ref" text NOT NULL,
	"title" text NOT NULL,
	"description" text,
	"brand" text,
	"category" text,
	"gtin" text,
	"image_url" text,
	"buy_url" text,
	"search_keys" text[] NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "items_partner_ref_key" UNIQUE("partner_id","external_ref"),
	CONSTRAINT "items_tenant_key" UNIQUE("partner_id","item_id"),
	CONSTRAINT "items_gtin_check" CHECK ("items"."gtin" ~ '^[0-9]{14}$')
);
--> statement-breakpoint
CREATE TABLE "locations" (
	"location_id" uuid PRIMARY KEY NOT NULL,
	"partner_id" uuid NOT NULL,
	"location_ref" text NOT NULL,
	"name" text NOT NULL,
	"address" text,
	"lat" double precision NOT NULL,
	"lng" double precision NOT NULL,
	"h3_cell" bigint NOT NULL,
	"x_m" double precision NOT NULL,
	"y_m" double precision NOT NULL,
	"z_m" double precision NOT NULL,
	"timezone" text NOT NULL,
	"opening_hours" jsonb,
	"delivery_radius_m" integer,
	"prep_minutes" integer,
	"speed_kmh" double precision,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "locations_partner_ref_key" UNIQUE("partner_id","location_ref"),
	CONSTRAINT "locations_tenant_key" UNIQUE("partner_id","location_id"),
	CONSTRAINT "locations_lat_check" CHECK ("locations"."lat" between -90 and 90),
	CONSTRAINT "locations_lng_check" CHECK ("locations"."lng" between -180 and 180),
	CONSTRAINT "locations_delivery_check" CHECK (num_nulls("locations"."delivery_radius_m", "locations"."prep_minutes", "locations"."speed_kmh") in (0, 3)
        and "locations"."delivery_radius_m" >= 0 and "locations"."prep_minutes" >= 0 and "locations"."speed_kmh" > 0)
);
--> statement-breakpoint
CREATE TABLE "partners" (
	"partner_id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"contact_email" text NOT NULL,
	"status" "partner_status" DEFAULT 'pending' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "proofs" (
	"proof_id" uuid PRIMARY KEY NOT NULL,
	"partner_id" uuid NOT NULL,
	"location_id" uuid NOT NULL,
	"item_id" uuid NOT NULL,
	"kind" "verification_method" NOT NULL,
	"media_url" text,
	"sha256" "bytea",
	"captured_at" timestamp (3) with time zone NOT NULL,
	"captured_lat" double precision,
	"captured_lng" double precision,
	"received_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"distance_from_location_m" double precision,
	CONSTRAINT "proofs_tenant_key" UNIQUE("partner_id","proof_id"),
	CONSTRAINT "proofs_sha256_check" CHECK (octet_length("proofs"."sha256") = 32)
);
--> statement-breakpoint
CREATE TABLE "stock_rows" (
	"location_id" uuid NOT NULL,
	"item_id" uuid NOT NULL,
	"partner_id" uuid NOT NULL,
	"proof_id" uuid,
	"verified_at" timestamp (3) with time zone NOT NULL,
	"price_amount" bigint NOT NULL,
	"availability" "availability" NOT NULL,
	"verification_method" "verification_method" NOT NULL,
	"quantity" integer NOT NULL,
	"reserved" integer DEFAULT 0 NOT NULL,
	"price_currency" text NOT NULL,
	CONSTRAINT "stock_rows_pkey" PRIMARY KEY("location_id","item_id"),
	CONSTRAINT "stock_rows_quantity_check" CHECK ("stock_rows"."quantity" between 0 and 1000000),
	CONSTRAINT "stock_rows_reserved_check" CHECK ("stock_rows"."reserved" >= 0),
	CONSTRAINT "stock_rows_price_check" CHECK ("stock_rows"."price_amount" >= 0),
	CONSTRAINT "stock_rows_currency_check" CHECK ("stock_rows"."price_currency" ~ '^[A-Z]{3}$')
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_partner_id_partners_partner_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("partner_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "items" ADD CONSTRAINT "items_partner_id_partners_partner_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("partner_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "locations" ADD CONSTRAINT "locations_partner_id_partners_partner_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("partner_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "proofs" ADD CONSTRAINT "proofs_location_fk" FOREIGN KEY ("partner_id","location_id") REFERENCES "public"."locations"("partner_id","location_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "proofs" ADD CONSTRAINT "proofs_item_fk" FOREIGN KEY ("partner_id","item_id") REFERENCES "public"."items"("partner_id","item_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stock_rows" ADD CONSTRAINT "stock_rows_location_fk" FOREIGN KEY ("partner_id","location_id") REFERENCES "public"."locations"("partner_id","location_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stock_rows" ADD CONSTRAINT "stock_rows_item_fk" FOREIGN KEY ("partner_id","item_id") REFERENCES "public"."items"("partner_id","item_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stock_rows" ADD CONSTRAINT "stock_rows_proof_fk" FOREIGN KEY ("partner_id","proof_id") REFERENCES "public"."proofs"("partner_id","proof_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_keys_partner_idx" ON "api_keys" USING btree ("partner_id");--> statement-breakpoint
CREATE INDEX "items_search_keys_idx" ON "items" USING gin ("partner_id","search_keys") WITH (fastupdate=off);--> statement-breakpoint
CREATE INDEX "items_gtin_idx" ON "items" USING btree ("partner_id","gtin");--> statement-breakpoint
CREATE INDEX "locations_near_idx" ON "locations" USING btree ("h3_cell","location_id","partner_id","x_m","y_m","z_m");--> statement-breakpoint
CREATE INDEX "proofs_location_idx" ON "proofs" USING btree ("location_id");--> statement-breakpoint
CREATE INDEX "proofs_item_idx" ON "proofs" USING btree ("item_id");--> statement-breakpoint
CREATE INDEX "stock_rows_item_idx" ON "stock_rows" USING btree ("item_id","location_id");--> statement-breakpoint
CREATE INDEX "stock_rows_proof_idx" ON "stock_rows" USING btree ("proof_id") WHERE "stock_rows"."proof_id" IS NOT NULL;