-- A letter says whom it is to, so that it goes when that person is erased, whatever address it went to.
-- Letters of before are found by the address alone.
ALTER TABLE mail ADD COLUMN person BLOB;
CREATE INDEX mail_by_person ON mail (person) WHERE person IS NOT NULL;
