-- The roles of the second wall (Art. 15): as which the gateway reads the records that agencies reported to the centre.
--
-- Run it once in each server, as a superuser or as a role with CREATEROLE, before `xinyong migrate`; running it again
-- does no harm:
--
--     psql --dbname xinyong --file deploy/postgres/roles.sql
--
-- It makes roles that nobody can log in as, and lets the gateway's own role take them: `xinyong`, or another by
--
--     PGOPTIONS='-c xinyong.gateway=credit_reader' psql --dbname xinyong --file deploy/postgres/roles.sql
--
-- Who runs `xinyong migrate` must be let in the same way, if it is not the same role: only then does `migrate` put the
-- wall up, which is to say grants, policies and row-level security on the table of reported records. Without these roles
-- everything works as before, with one wall instead of two; `xinyong check` says which.

--
-- Three roles more are for the trail (Art. 19) and the papers (Art. 18). They bind only a gateway that does not own its
-- tables: let another role run `xinyong migrate` (`xinyong_owner`, say), which then grants to these what they are for.
--
-- * `xinyong_keeps_trail`: adds entries and raises counts; it never changes or deletes an entry. What is five years old
--   goes through the function `audit_expire`, which refuses what is younger, held, or was never sealed.
-- * `xinyong_keeps_papers`: writes the register of papers.
-- * `xinyong_reads_trail`: reads the trail and nothing else. The gateway takes it for every inspection; an auditor with a
--   login of their own on the database gets it with default_transaction_read_only:
--
--     CREATE ROLE auditor_wang LOGIN IN ROLE xinyong_reads_trail;
--     ALTER ROLE auditor_wang SET default_transaction_read_only = on;

DO $$
DECLARE
    gateway text := coalesce(nullif(current_setting('xinyong.gateway', true), ''), 'xinyong');
    role_name text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = gateway) THEN
        RAISE EXCEPTION 'there is no role % to let in', gateway
            USING HINT = 'Make the role of the gateway first, or name it: PGOPTIONS=''-c xinyong.gateway=NAME''.';
    END IF;
    FOREACH role_name IN ARRAY ARRAY[
        'xinyong_reads_public',      -- tier A: what anybody may see
        'xinyong_reads_shared',      -- tiers A and B: organs on duty, with a purpose
        'xinyong_reads_restricted',  -- tiers A, B and C: the subject itself, and who has a paper for it
        'xinyong_keeps_records',     -- writes what agencies report
        'xinyong_keeps_trail',       -- adds to the trail, and never changes or deletes an entry
        'xinyong_keeps_papers',      -- writes the register of papers
        'xinyong_reads_trail'        -- reads the trail: inspections, and auditors
    ] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS', role_name);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;  -- it is there, or another session has just made it
        END;
        EXECUTE format('GRANT %I TO %I', role_name, gateway);
    END LOOP;
END
$$;
