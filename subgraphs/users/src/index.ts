export { environment, type Config } from './config.ts';
export { rotatePii, type Rotated } from './pii/rotatePii.ts';
export { startUsers, type UsersService } from './service.ts';
export { createVerifyPassword, type VerifiedAccount, type VerifyPassword } from './verifyPassword.ts';
export { createAccountPii, type AccountPii } from './pii/accountPii.ts';
export { readKeyRing, type KeyRing } from './pii/keyRing.ts';
