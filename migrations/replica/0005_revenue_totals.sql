-- Money booked in all, whatever the day: reports over all time would otherwise add up every day of
-- every course. Independent of the time zone, so a change of it leaves these alone.
CREATE TABLE revenue_totals (
  course       BLOB NOT NULL,
  method       TEXT NOT NULL,
  currency     TEXT NOT NULL,
  kind         TEXT NOT NULL,
  amount_minor INTEGER NOT NULL,
  n            INTEGER NOT NULL,
  PRIMARY KEY (course, method, currency, kind)
) WITHOUT ROWID;
INSERT INTO revenue_totals
SELECT course, method, currency, kind, sum(amount_minor), count(*) FROM payment_ledger GROUP BY 1, 2, 3, 4;
CREATE TRIGGER ledger_totalled AFTER INSERT ON payment_ledger
BEGIN
  INSERT INTO revenue_totals VALUES (new.course, new.method, new.currency, new.kind, new.amount_minor, 1)
  ON CONFLICT DO UPDATE SET amount_minor = amount_minor + excluded.amount_minor, n = n + 1;
END;
