CREATE TABLE "limit_overrides" (
	"partner_id" uuid NOT NULL,
	"policy" text NOT NULL,
	"permits" integer NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "limit_overrides_partner_id_policy_pk" PRIMARY KEY("partner_id","policy"),
	CONSTRAINT "limit_overrides_permits_check" CHECK ("limit_overrides"."permits" > 0)
);
--> statement-breakpoint
ALTER TABLE "limit_overrides" ADD CONSTRAINT "limit_overrides_partner_id_partners_partner_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("partner_id") ON DELETE no action ON UPDATE no action;