import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Account as AccountRow, AccountAddress as AccountAddressRow } from '../account.ts';
import type { AuditLine as AuditLineRow } from '../audit/listAudit.ts';
import type { Context } from '../context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A time, RFC 3339 in UTC. */
  DateTime: { input: string; output: string; }
  _FieldSet: { input: string; output: string; }
};

/** A new address of an account. */
export type AddAddressInput = {
  /** The address. */
  readonly address: AddressInput;
  /** Whether it becomes the default; the first address always does. */
  readonly isDefault?: InputMaybe<Scalars['Boolean']['input']>;
  /** Whose account; one's own unless given. */
  readonly userId?: InputMaybe<Scalars['ID']['input']>;
};

/** The account and its new address. */
export type AddAddressPayload = {
  readonly __typename?: 'AddAddressPayload';
  /** The new address. */
  readonly address: Address;
  /** The account after the change. */
  readonly user: User;
};

/** A delivery address. */
export type Address = {
  readonly __typename?: 'Address';
  /** Town or city. */
  readonly city: Scalars['String']['output'];
  /** ISO 3166-1 alpha-2, such as DE. */
  readonly countryCode: Scalars['String']['output'];
  /** A UUID that never changes. */
  readonly id: Scalars['ID']['output'];
  /** Whether parcels go here unless the buyer says otherwise. */
  readonly isDefault: Scalars['Boolean']['output'];
  /** Street and number. */
  readonly line1: Scalars['String']['output'];
  /** Flat, floor, company. */
  readonly line2: Maybe<Scalars['String']['output']>;
  /** Post code, where the country has them. */
  readonly postalCode: Maybe<Scalars['String']['output']>;
  /** The full name for the parcel. */
  readonly recipient: Scalars['String']['output'];
  /** State, province or county, where it belongs to an address. */
  readonly region: Maybe<Scalars['String']['output']>;
};

/** A delivery address, complete. */
export type AddressInput = {
  /** Town or city. */
  readonly city: Scalars['String']['input'];
  /** ISO 3166-1 alpha-2, such as DE. */
  readonly countryCode: Scalars['String']['input'];
  /** Street and number. */
  readonly line1: Scalars['String']['input'];
  /** Flat, floor, company. */
  readonly line2?: InputMaybe<Scalars['String']['input']>;
  /** Post code. */
  readonly postalCode?: InputMaybe<Scalars['String']['input']>;
  /** The full name for the parcel, 1 to 120 characters. */
  readonly recipient: Scalars['String']['input'];
  /** State, province or county. */
  readonly region?: InputMaybe<Scalars['String']['input']>;
};

/** Who gets which roles. */
export type AssignRolesInput = {
  /** All the roles that the account has from now on; at least one. */
  readonly roles: ReadonlyArray<Role>;
  /** Whose account; never one's own. */
  readonly userId: Scalars['ID']['input'];
};

/** The account with its new roles. */
export type AssignRolesPayload = {
  readonly __typename?: 'AssignRolesPayload';
  /** The account after the change. */
  readonly user: User;
};

/** An entry of the audit log. It never changes. */
export type AuditEntry = {
  readonly __typename?: 'AuditEntry';
  /** Who did it, where somebody did it to somebody else. */
  readonly actor: Maybe<User>;
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** The id of the program that it is about, or that it happened at. */
  readonly clientId: Maybe<Scalars['ID']['output']>;
  /** The kind of a factor: totp, passkey or sms. */
  readonly factor: Maybe<Scalars['String']['output']>;
  /** A UUID: that of the event. */
  readonly id: Scalars['ID']['output'];
  /** How somebody signed in (RFC 8176), such as pwd, otp, mfa. */
  readonly methods: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** All the roles that it had before. */
  readonly previousRoles: Maybe<ReadonlyArray<Role>>;
  /** What was wrong with a sign-in that failed: password or second_factor. */
  readonly reason: Maybe<Scalars['String']['output']>;
  /** All the roles that the account has since then. */
  readonly roles: Maybe<ReadonlyArray<Role>>;
  /** What it tells of. */
  readonly type: AuditType;
  /** Whom it is about; null for what is about a program alone, and for accounts that are gone. */
  readonly user: Maybe<User>;
};

/** A page of the audit log. */
export type AuditEntryConnection = {
  readonly __typename?: 'AuditEntryConnection';
  /** The entries with their cursors. */
  readonly edges: ReadonlyArray<AuditEntryEdge>;
  /** The entries. */
  readonly nodes: ReadonlyArray<AuditEntry>;
  /** Where this page lies. */
  readonly pageInfo: PageInfo;
};

/** An entry in a page. */
export type AuditEntryEdge = {
  readonly __typename?: 'AuditEntryEdge';
  /** Where it lies; for `after`. */
  readonly cursor: Scalars['String']['output'];
  /** The entry. */
  readonly node: AuditEntry;
};

/** What an entry of the audit log tells of. */
export type AuditType =
  /** A program gets no more tokens. */
  | 'CLIENT_DISABLED'
  /** A program that was disabled may ask for tokens again. */
  | 'CLIENT_ENABLED'
  /** A program was registered, or changed. */
  | 'CLIENT_REGISTERED'
  /** A program was given another secret. */
  | 'CLIENT_SECRET_ROTATED'
  /** Somebody has taken from a program what it was allowed. */
  | 'USER_ACCESS_WITHDRAWN'
  /** Somebody has other backup codes. */
  | 'USER_BACKUP_CODES_REPLACED'
  /** A second factor was set up. */
  | 'USER_FACTOR_ADDED'
  /** A second factor was removed. */
  | 'USER_FACTOR_REMOVED'
  /** Somebody was given other roles. */
  | 'USER_ROLES_ASSIGNED'
  /** Somebody signed in at a program. */
  | 'USER_SIGNED_IN'
  /** A wrong password, or a wrong second factor, for an account. */
  | 'USER_SIGN_IN_FAILED';

export type Mutation = {
  readonly __typename?: 'Mutation';
  /** Adds an address; the first one becomes the default. The rights are those of `updateProfile`. Fails with ADDRESS_LIMIT_REACHED beyond 20. */
  readonly addAddress: AddAddressPayload;
  /**
   * Gives a user exactly these roles. Needs `user:write`; nobody changes their own roles; a manager gives and takes EMPLOYEE,
   * an admin also MANAGER, and only a super admin ADMIN and SUPER_ADMIN. Fails with ROLE_NOT_GRANTABLE.
   */
  readonly assignRoles: AssignRolesPayload;
  /**
   * Creates an account with the role `CUSTOMER`. Open to everybody.
   * Fails with PASSWORD_TOO_WEAK, EMAIL_TAKEN or BAD_USER_INPUT.
   */
  readonly registerUser: RegisterUserPayload;
  /** Removes an address. When it was the default, the oldest one left becomes it. */
  readonly removeAddress: RemoveAddressPayload;
  /** Replaces an address, makes it the default, or both. An address of somebody else is ADDRESS_NOT_FOUND without `user:write`. */
  readonly updateAddress: UpdateAddressPayload;
  /**
   * Changes what is given and leaves the rest: of one's own account, or with `user:write` of a customer's (of a colleague's
   * only for those who may assign that colleague's roles).
   * Fails with EMAIL_TAKEN, VERSION_CONFLICT, BAD_USER_INPUT or FORBIDDEN.
   */
  readonly updateProfile: UpdateProfilePayload;
};


export type MutationAddAddressArgs = {
  input: AddAddressInput;
};


export type MutationAssignRolesArgs = {
  input: AssignRolesInput;
};


export type MutationRegisterUserArgs = {
  input: RegisterUserInput;
};


export type MutationRemoveAddressArgs = {
  input: RemoveAddressInput;
};


export type MutationUpdateAddressArgs = {
  input: UpdateAddressInput;
};


export type MutationUpdateProfileArgs = {
  input: UpdateProfileInput;
};

/** Where a page stands in its list. */
export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** The cursor of the last entry; null on an empty page. */
  readonly endCursor: Maybe<Scalars['String']['output']>;
  /** Whether there is more after this page. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Whether there is something before this page. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the first entry; null on an empty page. */
  readonly startCursor: Maybe<Scalars['String']['output']>;
};

export type Query = {
  readonly __typename?: 'Query';
  /**
   * Who signed in and who could not, who changed whose roles and factors, what changed about programs; the newest first.
   * For admins, who have signed in with two factors within four hours; else it fails with STEP_UP_REQUIRED.
   */
  readonly auditLog: AuditEntryConnection;
  /** The account of whoever asks; null for a visitor who is not signed in, and for a partner. */
  readonly me: Maybe<User>;
  /** An account by its id: one's own, or with `user:read` anybody's. Somebody else's is null, as if unknown. */
  readonly user: Maybe<User>;
  /** Accounts in the order of their registration. Needs `user:read`. */
  readonly users: UserConnection;
};


export type QueryAuditLogArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  clientId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  types?: InputMaybe<ReadonlyArray<AuditType>>;
  userId?: InputMaybe<Scalars['ID']['input']>;
};


export type QueryUserArgs = {
  id: Scalars['ID']['input'];
};


export type QueryUsersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  role?: InputMaybe<Role>;
  search?: InputMaybe<Scalars['String']['input']>;
};

/** Who registers. */
export type RegisterUserInput = {
  /** Must not belong to another account; case does not matter. */
  readonly email: Scalars['String']['input'];
  /** The public display name, 1 to 80 characters. */
  readonly name: Scalars['String']['input'];
  /** At least 12 characters, and not the e-mail address. */
  readonly password: Scalars['String']['input'];
  /** In international form, such as +1 202 555 0142. */
  readonly phone?: InputMaybe<Scalars['String']['input']>;
};

/** The new account. Its fields can be read in this answer, although nobody is signed in yet. */
export type RegisterUserPayload = {
  readonly __typename?: 'RegisterUserPayload';
  /** The new account. */
  readonly user: User;
};

/** Which address to remove. */
export type RemoveAddressInput = {
  /** Which address. */
  readonly addressId: Scalars['ID']['input'];
};

/** The account without the address. */
export type RemoveAddressPayload = {
  readonly __typename?: 'RemoveAddressPayload';
  /** The id of the address that is gone. */
  readonly removedAddressId: Scalars['ID']['output'];
  /** The account after the change. */
  readonly user: User;
};

/** What an account may do; the permissions of each role are in the documentation. */
export type Role =
  /** Runs the shop. */
  | 'ADMIN'
  /** Buys. Sees and changes only what is their own. */
  | 'CUSTOMER'
  /** Serves customers. */
  | 'EMPLOYEE'
  /** Leads employees. */
  | 'MANAGER'
  /** Runs the shop and decides who else does. */
  | 'SUPER_ADMIN';

/** What to change of an address. */
export type UpdateAddressInput = {
  /** What takes the place of all its lines; they stay when it is left out. */
  readonly address?: InputMaybe<AddressInput>;
  /** Which address. */
  readonly addressId: Scalars['ID']['input'];
  /** True makes it the default. It ceases to be that when another one becomes it. */
  readonly isDefault?: InputMaybe<Scalars['Boolean']['input']>;
};

/** The account and its changed address. */
export type UpdateAddressPayload = {
  readonly __typename?: 'UpdateAddressPayload';
  /** The address after the change. */
  readonly address: Address;
  /** The account after the change. */
  readonly user: User;
};

/** What to change of an account; what is left out stays. */
export type UpdateProfileInput = {
  /** Must not belong to another account; case does not matter. */
  readonly email?: InputMaybe<Scalars['String']['input']>;
  /** The public display name, 1 to 80 characters. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** In international form; null removes it. */
  readonly phone?: InputMaybe<Scalars['String']['input']>;
  /** Whose account; one's own unless given. */
  readonly userId?: InputMaybe<Scalars['ID']['input']>;
  /** The version that the change was made from; another one fails with VERSION_CONFLICT. */
  readonly version?: InputMaybe<Scalars['Int']['input']>;
};

/** The changed account. */
export type UpdateProfilePayload = {
  readonly __typename?: 'UpdateProfilePayload';
  /** The account after the change. */
  readonly user: User;
};

/**
 * An account. The display name is for everybody who is signed in; all the rest is for its owner and for those with
 * `user:read`. For anybody else these fields are null, with the error FORBIDDEN.
 */
export type User = {
  readonly __typename?: 'User';
  /** Delivery addresses, the default one first; at most 20. */
  readonly addresses: Maybe<ReadonlyArray<Address>>;
  /** When the account was made. */
  readonly createdAt: Maybe<Scalars['DateTime']['output']>;
  /** The e-mail address, as it was typed. */
  readonly email: Maybe<Scalars['String']['output']>;
  /** A UUID that never changes. */
  readonly id: Scalars['ID']['output'];
  /** The public display name, chosen by its owner. */
  readonly name: Scalars['String']['output'];
  /** The telephone number in international form, such as +12025550142. */
  readonly phone: Maybe<Scalars['String']['output']>;
  /** What the account may do. */
  readonly roles: Maybe<ReadonlyArray<Role>>;
  /** When the account or one of its addresses last changed. */
  readonly updatedAt: Maybe<Scalars['DateTime']['output']>;
  /** Counts the changes to the account; give it to `updateProfile` to be told when somebody else was faster. */
  readonly version: Maybe<Scalars['Int']['output']>;
};

/** A page of accounts. */
export type UserConnection = {
  readonly __typename?: 'UserConnection';
  /** The accounts with their cursors. */
  readonly edges: ReadonlyArray<UserEdge>;
  /** The accounts. */
  readonly nodes: ReadonlyArray<User>;
  /** Where this page lies. */
  readonly pageInfo: PageInfo;
};

/** An account in a page. */
export type UserEdge = {
  readonly __typename?: 'UserEdge';
  /** Where it lies; for `after`. */
  readonly cursor: Scalars['String']['output'];
  /** The account. */
  readonly node: User;
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  User: User;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  User:
    ( { __typename: 'User' }
    & GraphQLRecursivePick<FederationTypes['User'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AddAddressInput: AddAddressInput;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  AddAddressPayload: ResolverTypeWrapper<Omit<AddAddressPayload, 'address' | 'user'> & { address: ResolversTypes['Address'], user: ResolversTypes['User'] }>;
  Address: ResolverTypeWrapper<AccountAddressRow>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  AddressInput: AddressInput;
  AssignRolesInput: AssignRolesInput;
  AssignRolesPayload: ResolverTypeWrapper<Omit<AssignRolesPayload, 'user'> & { user: ResolversTypes['User'] }>;
  AuditEntry: ResolverTypeWrapper<AuditLineRow>;
  AuditEntryConnection: ResolverTypeWrapper<Omit<AuditEntryConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['AuditEntryEdge']>, nodes: ReadonlyArray<ResolversTypes['AuditEntry']> }>;
  AuditEntryEdge: ResolverTypeWrapper<Omit<AuditEntryEdge, 'node'> & { node: ResolversTypes['AuditEntry'] }>;
  AuditType: AuditType;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  RegisterUserInput: RegisterUserInput;
  RegisterUserPayload: ResolverTypeWrapper<Omit<RegisterUserPayload, 'user'> & { user: ResolversTypes['User'] }>;
  RemoveAddressInput: RemoveAddressInput;
  RemoveAddressPayload: ResolverTypeWrapper<Omit<RemoveAddressPayload, 'user'> & { user: ResolversTypes['User'] }>;
  Role: Role;
  UpdateAddressInput: UpdateAddressInput;
  UpdateAddressPayload: ResolverTypeWrapper<Omit<UpdateAddressPayload, 'address' | 'user'> & { address: ResolversTypes['Address'], user: ResolversTypes['User'] }>;
  UpdateProfileInput: UpdateProfileInput;
  UpdateProfilePayload: ResolverTypeWrapper<Omit<UpdateProfilePayload, 'user'> & { user: ResolversTypes['User'] }>;
  User: ResolverTypeWrapper<AccountRow>;
  UserConnection: ResolverTypeWrapper<Omit<UserConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['UserEdge']>, nodes: ReadonlyArray<ResolversTypes['User']> }>;
  UserEdge: ResolverTypeWrapper<Omit<UserEdge, 'node'> & { node: ResolversTypes['User'] }>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  AddAddressInput: AddAddressInput;
  Boolean: Scalars['Boolean']['output'];
  ID: Scalars['ID']['output'];
  AddAddressPayload: Omit<AddAddressPayload, 'address' | 'user'> & { address: ResolversParentTypes['Address'], user: ResolversParentTypes['User'] };
  Address: AccountAddressRow;
  String: Scalars['String']['output'];
  AddressInput: AddressInput;
  AssignRolesInput: AssignRolesInput;
  AssignRolesPayload: Omit<AssignRolesPayload, 'user'> & { user: ResolversParentTypes['User'] };
  AuditEntry: AuditLineRow;
  AuditEntryConnection: Omit<AuditEntryConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['AuditEntryEdge']>, nodes: ReadonlyArray<ResolversParentTypes['AuditEntry']> };
  AuditEntryEdge: Omit<AuditEntryEdge, 'node'> & { node: ResolversParentTypes['AuditEntry'] };
  DateTime: Scalars['DateTime']['output'];
  Mutation: Record<PropertyKey, never>;
  PageInfo: PageInfo;
  Query: Record<PropertyKey, never>;
  Int: Scalars['Int']['output'];
  RegisterUserInput: RegisterUserInput;
  RegisterUserPayload: Omit<RegisterUserPayload, 'user'> & { user: ResolversParentTypes['User'] };
  RemoveAddressInput: RemoveAddressInput;
  RemoveAddressPayload: Omit<RemoveAddressPayload, 'user'> & { user: ResolversParentTypes['User'] };
  UpdateAddressInput: UpdateAddressInput;
  UpdateAddressPayload: Omit<UpdateAddressPayload, 'address' | 'user'> & { address: ResolversParentTypes['Address'], user: ResolversParentTypes['User'] };
  UpdateProfileInput: UpdateProfileInput;
  UpdateProfilePayload: Omit<UpdateProfilePayload, 'user'> & { user: ResolversParentTypes['User'] };
  User: AccountRow;
  UserConnection: Omit<UserConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['UserEdge']>, nodes: ReadonlyArray<ResolversParentTypes['User']> };
  UserEdge: Omit<UserEdge, 'node'> & { node: ResolversParentTypes['User'] };
};

export type AddAddressPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AddAddressPayload'] = ResolversParentTypes['AddAddressPayload']> = {
  address?: Resolver<ResolversTypes['Address'], ParentType, ContextType>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type AddressResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Address'] = ResolversParentTypes['Address']> = {
  city?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  countryCode?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isDefault?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  line1?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  line2?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  postalCode?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  recipient?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  region?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type AssignRolesPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AssignRolesPayload'] = ResolversParentTypes['AssignRolesPayload']> = {
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type AuditEntryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AuditEntry'] = ResolversParentTypes['AuditEntry']> = {
  actor?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  clientId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  factor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  methods?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  previousRoles?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Role']>>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  roles?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Role']>>, ParentType, ContextType>;
  type?: Resolver<ResolversTypes['AuditType'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
};

export type AuditEntryConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AuditEntryConnection'] = ResolversParentTypes['AuditEntryConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['AuditEntryEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['AuditEntry']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type AuditEntryEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AuditEntryEdge'] = ResolversParentTypes['AuditEntryEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['AuditEntry'], ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  addAddress?: Resolver<ResolversTypes['AddAddressPayload'], ParentType, ContextType, RequireFields<MutationAddAddressArgs, 'input'>>;
  assignRoles?: Resolver<ResolversTypes['AssignRolesPayload'], ParentType, ContextType, RequireFields<MutationAssignRolesArgs, 'input'>>;
  registerUser?: Resolver<ResolversTypes['RegisterUserPayload'], ParentType, ContextType, RequireFields<MutationRegisterUserArgs, 'input'>>;
  removeAddress?: Resolver<ResolversTypes['RemoveAddressPayload'], ParentType, ContextType, RequireFields<MutationRemoveAddressArgs, 'input'>>;
  updateAddress?: Resolver<ResolversTypes['UpdateAddressPayload'], ParentType, ContextType, RequireFields<MutationUpdateAddressArgs, 'input'>>;
  updateProfile?: Resolver<ResolversTypes['UpdateProfilePayload'], ParentType, ContextType, RequireFields<MutationUpdateProfileArgs, 'input'>>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  auditLog?: Resolver<ResolversTypes['AuditEntryConnection'], ParentType, ContextType, RequireFields<QueryAuditLogArgs, 'first'>>;
  me?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<QueryUserArgs, 'id'>>;
  users?: Resolver<ResolversTypes['UserConnection'], ParentType, ContextType, RequireFields<QueryUsersArgs, 'first'>>;
};

export type RegisterUserPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RegisterUserPayload'] = ResolversParentTypes['RegisterUserPayload']> = {
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type RemoveAddressPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RemoveAddressPayload'] = ResolversParentTypes['RemoveAddressPayload']> = {
  removedAddressId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type UpdateAddressPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UpdateAddressPayload'] = ResolversParentTypes['UpdateAddressPayload']> = {
  address?: Resolver<ResolversTypes['Address'], ParentType, ContextType>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type UpdateProfilePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UpdateProfilePayload'] = ResolversParentTypes['UpdateProfilePayload']> = {
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type UserResolvers<ContextType = Context, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User'], FederationReferenceType extends FederationReferenceTypes['User'] = FederationReferenceTypes['User']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['User']> | FederationReferenceType, FederationReferenceType, ContextType>;
  addresses?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Address']>>, ParentType, ContextType>;
  createdAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  email?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  phone?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  roles?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Role']>>, ParentType, ContextType>;
  updatedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  version?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type UserConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserConnection'] = ResolversParentTypes['UserConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['UserEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['User']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type UserEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserEdge'] = ResolversParentTypes['UserEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  AddAddressPayload?: AddAddressPayloadResolvers<ContextType>;
  Address?: AddressResolvers<ContextType>;
  AssignRolesPayload?: AssignRolesPayloadResolvers<ContextType>;
  AuditEntry?: AuditEntryResolvers<ContextType>;
  AuditEntryConnection?: AuditEntryConnectionResolvers<ContextType>;
  AuditEntryEdge?: AuditEntryEdgeResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  Mutation?: MutationResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RegisterUserPayload?: RegisterUserPayloadResolvers<ContextType>;
  RemoveAddressPayload?: RemoveAddressPayloadResolvers<ContextType>;
  UpdateAddressPayload?: UpdateAddressPayloadResolvers<ContextType>;
  UpdateProfilePayload?: UpdateProfilePayloadResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  UserConnection?: UserConnectionResolvers<ContextType>;
  UserEdge?: UserEdgeResolvers<ContextType>;
};

