-- Outside of a transaction: every statement is of its own, and may be run again after a failure.
-- Sums up what an owner's uploads and files take, without reading their rows.
-- Locks: SHARE UPDATE EXCLUSIVE on files and uploads, for one reading of each; writes go on. Safe while the previous version runs,
-- which keeps the indexes up to date and does not read them.

DROP INDEX CONCURRENTLY IF EXISTS "files_owner";
--> statement-breakpoint
CREATE INDEX CONCURRENTLY "files_owner" ON "files" USING btree ("owner_id","size_bytes");
--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "uploads_owner";
--> statement-breakpoint
CREATE INDEX CONCURRENTLY "uploads_owner" ON "uploads" USING btree ("owner_id","size_bytes");
