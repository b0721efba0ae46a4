export { asDatabaseError, isUniqueViolation } from './databaseError.ts';
export { databaseProblem } from './databaseProblem.ts';
export { createDb, type Db, type DbOptions, type Query, type Tx } from './db.ts';
export { migrate, type Migrations } from './migrate.ts';
