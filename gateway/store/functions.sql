-- What PostgreSQL does for the gateway under its owner's rights: months are made, and what is five years old deleted.
--
-- The gateway's own role may neither own a table nor delete a row (deploy/postgres/roles.sql): it calls these functions,
-- and they refuse what the law does (Art. 19). On SQLite the file is the gateway's own, and code keeps to the same.
--
-- `xinyong migrate` puts them into the gateway's schema, each statement by itself: two empty lines stand between them.


CREATE OR REPLACE FUNCTION audit_kept_from() RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
-- The instant before which entries may be deleted: midnight of the first day whose five years are not over.
DECLARE
    today date := (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date;
    day date := (today - interval '5 years')::date;
BEGIN
    WHILE (day + interval '5 years')::date < today LOOP
        day := day + 1;
    END LOOP;
    RETURN day::timestamp AT TIME ZONE 'Asia/Shanghai';
END $$;


CREATE OR REPLACE FUNCTION audit_log_index(of_stream integer, of_seq bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
-- Where an entry stands in the log; null where it is not sealed.
    SELECT CASE WHEN of_seq < run.first_seq + run.n THEN run.first_index + of_seq - run.first_seq END
      FROM audit_run AS run
     WHERE run.stream = of_stream AND run.first_seq <= of_seq
     ORDER BY run.first_seq DESC LIMIT 1
$$;


CREATE OR REPLACE FUNCTION audit_is_held(of_stream integer, of_seq bigint, of_at timestamptz) RETURNS boolean
LANGUAGE sql STABLE AS $$
-- Whether an entry must be kept beyond its five years.
    SELECT EXISTS (
        SELECT FROM audit_hold AS hold
         WHERE hold.released_at IS NULL
           AND ((hold.stream = of_stream AND hold.seq = of_seq)
                OR (of_at >= hold.from_at AND of_at < hold.to_at)
                OR EXISTS (SELECT FROM audit_subject AS line
                            WHERE line.subject_key = hold.subject_key AND line.at = of_at
                              AND line.stream = of_stream AND line.seq = of_seq)))
$$;


CREATE OR REPLACE FUNCTION audit_expire(below bigint, most integer, now_at timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
-- Delete up to so many entries below an index of the log, the oldest first, and say how many: of no entry that is
-- younger than five years, is held, or was never sealed. Nothing at all where the caller's clock is not ours.
DECLARE
    kept_from timestamptz := audit_kept_from();
    streams integer[]; seqs bigint[]; ats timestamptz[]; first_at timestamptz; last_at timestamptz;
BEGIN
    IF now_at IS NULL OR abs(extract(epoch FROM clock_timestamp() - now_at)) > 60 THEN
        RAISE EXCEPTION 'the clocks of database and gateway differ by more than a minute'
            USING ERRCODE = 'XY001';
    END IF;
    SELECT array_agg(stream), array_agg(seq), array_agg(at), min(at), max(at)
      INTO streams, seqs, ats, first_at, last_at
      FROM (SELECT stream, seq, at FROM audit_record
             WHERE at < kept_from AND audit_log_index(stream, seq) < below AND NOT audit_is_held(stream, seq, at)
             ORDER BY at LIMIT most) AS expired;
    IF streams IS NULL THEN
        RETURN 0;
    END IF;
    DELETE FROM audit_subject AS line USING unnest(streams, seqs, ats) AS expired (stream, seq, at)
     WHERE line.at BETWEEN first_at AND last_at
       AND line.at = expired.at AND line.stream = expired.stream AND line.seq = expired.seq;
    DELETE FROM audit_paper AS line USING unnest(streams, seqs, ats) AS expired (stream, seq, at)
     WHERE line.at BETWEEN first_at AND last_at
       AND line.at = expired.at AND line.stream = expired.stream AND line.seq = expired.seq;
    DELETE FROM audit_record AS record USING unnest(streams, seqs, ats) AS expired (stream, seq, at)
     WHERE record.at BETWEEN first_at AND last_at
       AND record.at = expired.at AND record.stream = expired.stream AND record.seq = expired.seq;
    RETURN cardinality(streams);
END $$;


CREATE OR REPLACE FUNCTION audit_prune_tiles(below bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = @schema@, pg_temp AS $$
-- Delete the tiles of the lowest level in which no entry below an index stands any more; those above stay for ever.
DECLARE
    pruned bigint;
BEGIN
    DELETE FROM audit_tile
     WHERE level = 0 AND n < below / 256
       AND n < (SELECT coalesce(max(size), 0) / 256 FROM audit_checkpoint
                 WHERE at < audit_kept_from() + interval '1 minute')
       AND n NOT IN (SELECT audit_log_index(stream, seq) / 256 FROM audit_record
                      WHERE at < audit_kept_from() + interval '2 days' AND audit_log_index(stream, seq) < below);
    GET DIAGNOSTICS pruned = ROW_COUNT;
    RETURN pruned;
END $$;


CREATE OR REPLACE FUNCTION audit_drop_months() RETURNS SETOF date
LANGUAGE plpgsql SECURITY DEFINER SET search_path = @schema@, pg_temp SET lock_timeout = '1s' AS $$
-- Drop the months of which nothing is left, and say which.
DECLARE
    month date; parent text; part text; is_empty boolean;
BEGIN
    FOR month IN
        SELECT to_date(right(relname, 7), 'YYYY_MM') FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
         WHERE inhparent = 'audit_record'::regclass AND relname ~ '_[0-9]{4}_[0-9]{2}$' ORDER BY 1
    LOOP
        CONTINUE WHEN (month + interval '1 month')::timestamp AT TIME ZONE 'Asia/Shanghai' > audit_kept_from();
        is_empty := true;
        FOREACH parent IN ARRAY ARRAY['audit_record', 'audit_subject', 'audit_paper'] LOOP
            part := format('%s_%s', parent, to_char(month, 'YYYY_MM'));
            IF is_empty AND to_regclass(part) IS NOT NULL THEN
                EXECUTE format('SELECT NOT EXISTS (SELECT FROM %I)', part) INTO is_empty;
            END IF;
        END LOOP;
        CONTINUE WHEN NOT is_empty;
        FOREACH parent IN ARRAY ARRAY['audit_record', 'audit_subject', 'audit_paper'] LOOP
            EXECUTE format('DROP TABLE IF EXISTS %I', format('%s_%s', parent, to_char(month, 'YYYY_MM')));
        END LOOP;
        RETURN NEXT month;
    END LOOP;
END $$;


CREATE OR REPLACE FUNCTION audit_add_months(ahead integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = @schema@, pg_temp SET lock_timeout = '1s' AS $$
-- Make the partitions of this month and the next ones where they are missing, and move what came before them there.
DECLARE
    month date; begins timestamptz; ends timestamptz; parent text; part text; made integer := 0;
BEGIN
    IF ahead > 12 OR NOT pg_try_advisory_xact_lock(20170082, hashtext(current_schema())) THEN
        RETURN 0;
    END IF;
    FOR step IN 0..ahead LOOP
        month := (date_trunc('month', clock_timestamp() AT TIME ZONE 'Asia/Shanghai') + step * interval '1 month')::date;
        begins := month::timestamp AT TIME ZONE 'Asia/Shanghai';
        ends := (month + interval '1 month')::timestamp AT TIME ZONE 'Asia/Shanghai';
        FOREACH parent IN ARRAY ARRAY['audit_record', 'audit_subject', 'audit_paper'] LOOP
            part := format('%s_%s', parent, to_char(month, 'YYYY_MM'));
            CONTINUE WHEN to_regclass(part) IS NOT NULL;
            EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', parent || '_rest');
            EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', part, parent);
            -- An entry of two kilobytes or more stays one row: nothing of it is moved aside when it is written.
            EXECUTE format('ALTER TABLE %I SET (toast_tuple_target = 8160)', part);
            EXECUTE format(
                'WITH moved AS (DELETE FROM %I WHERE at >= %L AND at < %L RETURNING *) '
                'INSERT INTO %I SELECT * FROM moved', parent || '_rest', begins, ends, part);
            EXECUTE format(
                'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, part, begins, ends);
            made := made + 1;
        END LOOP;
    END LOOP;
    RETURN made;
END $$;
