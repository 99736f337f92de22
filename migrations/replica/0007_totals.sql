-- The counts and sums of 0003 over all courses together: what a list narrowed by no course and a report
-- on the whole institution ask for. They follow the finer tables row by row, so whatever keeps those
-- keeps these, and they are as long as the calendar, however many courses there are.

CREATE TABLE enrollment_totals (
  status         TEXT NOT NULL,
  payment_status TEXT NOT NULL,
  n              INTEGER NOT NULL,
  PRIMARY KEY (status, payment_status)
) WITHOUT ROWID;
INSERT INTO enrollment_totals
SELECT status, payment_status, sum(n) FROM enrollment_counts GROUP BY 1, 2;
CREATE TRIGGER enrollment_totals_added AFTER INSERT ON enrollment_counts
BEGIN
  INSERT INTO enrollment_totals VALUES (new.status, new.payment_status, new.n)
  ON CONFLICT DO UPDATE SET n = n + excluded.n;
END;
CREATE TRIGGER enrollment_totals_changed AFTER UPDATE OF n ON enrollment_counts
BEGIN
  UPDATE enrollment_totals SET n = n + new.n - old.n
  WHERE status = new.status AND payment_status = new.payment_status;
END;
CREATE TRIGGER enrollment_totals_removed AFTER DELETE ON enrollment_counts
BEGIN
  UPDATE enrollment_totals SET n = n - old.n
  WHERE status = old.status AND payment_status = old.payment_status;
END;

CREATE TABLE payment_totals (
  status       TEXT NOT NULL,
  method       TEXT NOT NULL,
  currency     TEXT NOT NULL,
  n            INTEGER NOT NULL,
  amount_minor INTEGER NOT NULL,
  PRIMARY KEY (status, method, currency)
) WITHOUT ROWID;
INSERT INTO payment_totals
SELECT status, method, currency, sum(n), sum(amount_minor) FROM payment_counts GROUP BY 1, 2, 3;
CREATE TRIGGER payment_totals_added AFTER INSERT ON payment_counts
BEGIN
  INSERT INTO payment_totals VALUES (new.status, new.method, new.currency, new.n, new.amount_minor)
  ON CONFLICT DO UPDATE SET n = n + excluded.n, amount_minor = amount_minor + excluded.amount_minor;
END;
CREATE TRIGGER payment_totals_changed AFTER UPDATE OF n, amount_minor ON payment_counts
BEGIN
  UPDATE payment_totals SET n = n + new.n - old.n, amount_minor = amount_minor + new.amount_minor - old.amount_minor
  WHERE status = new.status AND method = new.method AND currency = new.currency;
END;
CREATE TRIGGER payment_totals_removed AFTER DELETE ON payment_counts
BEGIN
  UPDATE payment_totals SET n = n - old.n, amount_minor = amount_minor - old.amount_minor
  WHERE status = old.status AND method = old.method AND currency = old.currency;
END;

CREATE TABLE enrollments_daily_totals (
  day    INTEGER NOT NULL,
  status TEXT NOT NULL,
  n      INTEGER NOT NULL,
  PRIMARY KEY (day, status)
) WITHOUT ROWID;
INSERT INTO enrollments_daily_totals
SELECT day, status, sum(n) FROM enrollments_daily GROUP BY 1, 2;
CREATE TRIGGER enrollments_daily_totals_added AFTER INSERT ON enrollments_daily
BEGIN
  INSERT INTO enrollments_daily_totals VALUES (new.day, new.status, new.n)
  ON CONFLICT DO UPDATE SET n = n + excluded.n;
END;
CREATE TRIGGER enrollments_daily_totals_changed AFTER UPDATE OF n ON enrollments_daily
BEGIN
  UPDATE enrollments_daily_totals SET n = n + new.n - old.n WHERE day = new.day AND status = new.status;
END;
CREATE TRIGGER enrollments_daily_totals_removed AFTER DELETE ON enrollments_daily
BEGIN
  UPDATE enrollments_daily_totals SET n = n - old.n WHERE day = old.day AND status = old.status;
END;

CREATE TABLE revenue_daily_totals (
  day          INTEGER NOT NULL,
  currency     TEXT NOT NULL,
  kind         TEXT NOT NULL,
  method       TEXT NOT NULL,
  amount_minor INTEGER NOT NULL,
  n            INTEGER NOT NULL,
  PRIMARY KEY (day, currency, kind, method)
) WITHOUT ROWID;
INSERT INTO revenue_daily_totals
SELECT day, currency, kind, method, sum(amount_minor), sum(n) FROM revenue_daily GROUP BY 1, 2, 3, 4;
CREATE TRIGGER revenue_daily_totals_added AFTER INSERT ON revenue_daily
BEGIN
  INSERT INTO revenue_daily_totals
  VALUES (new.day, new.currency, new.kind, new.method, new.amount_minor, new.n)
  ON CONFLICT DO UPDATE SET amount_minor = amount_minor + excluded.amount_minor, n = n + excluded.n;
END;
CREATE TRIGGER revenue_daily_totals_changed AFTER UPDATE OF n, amount_minor ON revenue_daily
BEGIN
  UPDATE revenue_daily_totals SET n = n + new.n - old.n, amount_minor = amount_minor + new.amount_minor - old.amount_minor
  WHERE day = new.day AND currency = new.currency AND kind = new.kind AND method = new.method;
END;
CREATE TRIGGER revenue_daily_totals_removed AFTER DELETE ON revenue_daily
BEGIN
  UPDATE revenue_daily_totals SET n = n - old.n, amount_minor = amount_minor - old.amount_minor
  WHERE day = old.day AND currency = old.currency AND kind = old.kind AND method = old.method;
END;
