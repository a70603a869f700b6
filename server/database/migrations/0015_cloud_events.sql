-- The format of the messages to a receiver, and the CloudEvent that all attempts of a delivery send.
-- Locks: ACCESS EXCLUSIVE on deliveries, then on webhook_receivers, in the order in which a delivery is inserted, for milliseconds, because a
-- nullable column and a constant default rewrite nothing. Safe while the previous version runs: it names the columns that it writes. It sends
-- its messages in the format STANDARD, also to receivers with another one.

ALTER TABLE "deliveries" ADD COLUMN "cloud_event" text;--> statement-breakpoint
ALTER TABLE "webhook_receivers" ADD COLUMN "format" text DEFAULT 'STANDARD' NOT NULL;
