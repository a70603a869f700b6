-- The target of an operation's webhook: the owner and the origin of the URL. The index `operations_open_target` contains the results, so a
-- change of the result needs a new function and a new index.
CREATE OR REPLACE FUNCTION webhook_target(owner text, url text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN owner || ' ' || left(lower(substring(url from '^[^:]+://[^/?#]*')), 300);
