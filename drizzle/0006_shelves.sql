CREATE TABLE "shelves" (
	"location_id" uuid PRIMARY KEY NOT NULL,
	"partner_id" uuid NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"row_count" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "partners" ADD COLUMN "catalog_version" bigint DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "shelves" ADD CONSTRAINT "shelves_location_fk" FOREIGN KEY ("partner_id","location_id") REFERENCES "public"."locations"("partner_id","location_id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
-- Their versions are rewritten all the time, in place (HOT) only if there is room on their page.
ALTER TABLE "shelves" SET (fillfactor = 50);
--> statement-breakpoint
ALTER TABLE "partners" SET (fillfactor = 50);
--> statement-breakpoint
-- Shelves are always locked in the order of their ids, so that no two who write to several wait for each other.
CREATE FUNCTION "raise_shelves_of_rows"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  emptied record;
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO shelves AS s (location_id, partner_id, row_count)
    SELECT location_id, partner_id, count(*) FROM new_rows GROUP BY location_id, partner_id ORDER BY location_id
    ON CONFLICT (location_id) DO UPDATE SET version = s.version + 1, row_count = s.row_count + excluded.row_count;
  ELSIF TG_OP = 'UPDATE' THEN
    INSERT INTO shelves AS s (location_id, partner_id, row_count)
    SELECT location_id, partner_id, sum(added)
    FROM (SELECT location_id, partner_id, 1 AS added FROM new_rows UNION ALL SELECT location_id, partner_id, -1 FROM old_rows) AS touched
    GROUP BY location_id, partner_id ORDER BY location_id
    ON CONFLICT (location_id) DO UPDATE SET version = s.version + 1, row_count = s.row_count + excluded.row_count;
  ELSIF TG_OP = 'DELETE' THEN
    -- The location may go with its rows, and its shelf may be gone already.
    FOR emptied IN SELECT location_id, count(*) AS removed FROM old_rows GROUP BY location_id ORDER BY location_id LOOP
      UPDATE shelves SET version = version + 1, row_count = row_count - emptied.removed WHERE location_id = emptied.location_id;
    END LOOP;
  ELSE
    UPDATE shelves SET version = version + 1, row_count = 0;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "stock_rows_inserted" AFTER INSERT ON "stock_rows" REFERENCING NEW TABLE AS "new_rows"
  FOR EACH STATEMENT EXECUTE FUNCTION "raise_shelves_of_rows"();
--> statement-breakpoint
CREATE TRIGGER "stock_rows_updated" AFTER UPDATE ON "stock_rows" REFERENCING OLD TABLE AS "old_rows" NEW TABLE AS "new_rows"
  FOR EACH STATEMENT EXECUTE FUNCTION "raise_shelves_of_rows"();
--> statement-breakpoint
CREATE TRIGGER "stock_rows_deleted" AFTER DELETE ON "stock_rows" REFERENCING OLD TABLE AS "old_rows"
  FOR EACH STATEMENT EXECUTE FUNCTION "raise_shelves_of_rows"();
--> statement-breakpoint
CREATE TRIGGER "stock_rows_truncated" AFTER TRUNCATE ON "stock_rows"
  FOR EACH STATEMENT EXECUTE FUNCTION "raise_shelves_of_rows"();
--> statement-breakpoint
-- A proof is shown by the rows that point at it, which it knew nothing of when it was inserted.
CREATE FUNCTION "raise_shelves_of_proofs"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  showing record;
BEGIN
  FOR showing IN
    SELECT DISTINCT r.location_id FROM new_rows n
    CROSS JOIN LATERAL (SELECT location_id FROM stock_rows WHERE proof_id = n.proof_id AND partner_id = n.partner_id OFFSET 0) AS r
    ORDER BY r.location_id
  LOOP
    UPDATE shelves SET version = version + 1 WHERE location_id = showing.location_id;
  END LOOP;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "proofs_updated" AFTER UPDATE ON "proofs" REFERENCING NEW TABLE AS "new_rows"
  FOR EACH STATEMENT EXECUTE FUNCTION "raise_shelves_of_proofs"();
--> statement-breakpoint
CREATE FUNCTION "raise_shelf_of_location"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO shelves AS s (location_id, partner_id) VALUES (NEW.location_id, NEW.partner_id)
  ON CONFLICT (location_id) DO UPDATE SET version = s.version + 1;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "locations_inserted" AFTER INSERT ON "locations"
  FOR EACH ROW EXECUTE FUNCTION "raise_shelf_of_location"();
--> statement-breakpoint
CREATE TRIGGER "locations_updated" AFTER UPDATE ON "locations" FOR EACH ROW
  WHEN ((OLD.name, OLD.lat, OLD.lng, OLD.h3_cell, OLD.x_m, OLD.y_m, OLD.z_m, OLD.timezone, OLD.opening_hours, OLD.delivery_radius_m, OLD.prep_minutes, OLD.speed_kmh)
    IS DISTINCT FROM (NEW.name, NEW.lat, NEW.lng, NEW.h3_cell, NEW.x_m, NEW.y_m, NEW.z_m, NEW.timezone, NEW.opening_hours, NEW.delivery_radius_m, NEW.prep_minutes, NEW.speed_kmh))
  EXECUTE FUNCTION "raise_shelf_of_location"();
--> statement-breakpoint
-- New items need not be told of: nothing shows an item before it has a stock row. Once in a transaction is enough, since
-- nobody sees what is between; a setting of the transaction remembers whose catalog was raised last.
CREATE FUNCTION "raise_catalog_of_item"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('snapact.raised_catalog', true) IS DISTINCT FROM NEW.partner_id::text THEN
    UPDATE partners SET catalog_version = catalog_version + 1 WHERE partner_id = NEW.partner_id;
    PERFORM set_config('snapact.raised_catalog', NEW.partner_id::text, true);
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
-- Row by row, because most updates of items change nothing that is shown, and WHEN costs them less than transition tables.
CREATE TRIGGER "items_updated" AFTER UPDATE ON "items" FOR EACH ROW
  WHEN ((OLD.title, OLD.brand, OLD.category, OLD.gtin, OLD.image_url, OLD.buy_url, OLD.external_ref, OLD.search_keys)
    IS DISTINCT FROM (NEW.title, NEW.brand, NEW.category, NEW.gtin, NEW.image_url, NEW.buy_url, NEW.external_ref, NEW.search_keys))
  EXECUTE FUNCTION "raise_catalog_of_item"();
--> statement-breakpoint
CREATE FUNCTION "raise_catalog_of_partner"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.catalog_version := OLD.catalog_version + 1;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER "partners_updated" BEFORE UPDATE ON "partners" FOR EACH ROW
  WHEN ((OLD.name, OLD.status) IS DISTINCT FROM (NEW.name, NEW.status))
  EXECUTE FUNCTION "raise_catalog_of_partner"();
--> statement-breakpoint
-- After the triggers, which have locked the tables: nothing can change between the two.
INSERT INTO "shelves" ("location_id", "partner_id", "row_count")
SELECT l.location_id, l.partner_id, coalesce(r.row_count, 0) FROM "locations" l
LEFT JOIN (SELECT location_id, count(*) AS row_count FROM "stock_rows" GROUP BY location_id) AS r ON r.location_id = l.location_id;
