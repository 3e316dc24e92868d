-- Lets one GIN index hold a tenant and its words (items_search_keys_idx).
CREATE EXTENSION IF NOT EXISTS btree_gin;
--> statement-breakpoint
-- The nearby statement is short to run and its cost is estimated high: compiling it takes longer than running it.
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET jit = off', current_database()); END $$;
