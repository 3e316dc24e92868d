CREATE TABLE "metrics_snapshots" (
	"partner_id" uuid NOT NULL,
	"hour" timestamp (3) with time zone NOT NULL,
	"taken_at" timestamp (3) with time zone NOT NULL,
	"counted" json NOT NULL,
	CONSTRAINT "metrics_snapshots_pkey" PRIMARY KEY("partner_id","hour")
);
--> statement-breakpoint
CREATE TABLE "metrics_summaries" (
	"partner_id" uuid NOT NULL,
	"filter" text NOT NULL,
	"as_of" timestamp (3) with time zone NOT NULL,
	"rows" json NOT NULL,
	CONSTRAINT "metrics_summaries_pkey" PRIMARY KEY("partner_id","filter")
);
--> statement-breakpoint
ALTER TABLE "metrics_snapshots" ADD CONSTRAINT "metrics_snapshots_partner_id_partners_partner_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("partner_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "metrics_summaries" ADD CONSTRAINT "metrics_summaries_partner_id_partners_partner_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("partner_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "metrics_snapshots_hour_idx" ON "metrics_snapshots" USING btree ("hour");