-- The key of the program that asked for a webhook: asked twice, it gets the same one.
ALTER TABLE webhook ADD COLUMN made_key TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX webhook_made_once ON webhook (realm, account, made_key) WHERE made_key <> '';
