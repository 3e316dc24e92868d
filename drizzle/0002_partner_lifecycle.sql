CREATE TABLE "audit_records" (
	"audit_id" uuid PRIMARY KEY NOT NULL,
	"partner_id" uuid,
	"action" text NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" text NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"details" jsonb NOT NULL,
	"address" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_records" (
	"scope" text NOT NULL,
	"route" text NOT NULL,
	"key" text NOT NULL,
	"body_sha256" "bytea" NOT NULL,
	"write_id" uuid NOT NULL,
	"outcome" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_records_pkey" PRIMARY KEY("scope","route","key"),
	CONSTRAINT "idempotency_records_sha256_check" CHECK (octet_length("idempotency_records"."body_sha256") = 32)
);
--> statement-breakpoint
ALTER TABLE "partners" ADD COLUMN "approved_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "partners" ADD COLUMN "suspended_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "audit_records_partner_idx" ON "audit_records" USING btree ("partner_id","audit_id");--> statement-breakpoint
CREATE INDEX "idempotency_records_age_idx" ON "idempotency_records" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "partners_status_idx" ON "partners" USING btree ("status","partner_id");--> statement-breakpoint
CREATE FUNCTION "refuse_change_of_audit_records"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit_records is append-only' USING ERRCODE = 'restrict_violation';
END $$;
--> statement-breakpoint
CREATE TRIGGER "audit_records_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_records"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change_of_audit_records"();
--> statement-breakpoint
ALTER TABLE "audit_records" ENABLE ALWAYS TRIGGER "audit_records_append_only";
