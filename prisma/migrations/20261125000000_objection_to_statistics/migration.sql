-- AlterEnum
ALTER TYPE "objection_purpose" ADD VALUE 'statistics' BEFORE 'security_review';
