-- What makes a record long are commitments, which do not compress; trying held up the commit, and everybody who waited for it.
ALTER TABLE "gateway"."access_record" ALTER COLUMN "record" SET STORAGE EXTERNAL;
