import type { Db } from '@supergraph/postgres';
import { pageArgs, toConnection, type PageInput } from '@supergraph/subgraph-kit';
import { z } from 'zod';
import { listPayments, type PaymentRow } from './paymentTable.ts';
import { isUuid } from './uuid.ts';

type Filter = Readonly<{
  status?: readonly string[] | null;
  customerId?: string | null;
  orderId?: string | null;
}>;

/** A cursor of this list: the time and the id of the payment that was seen last. */
const place = z.tuple([z.iso.datetime(), z.uuid()]);

/**
 * A page of all payments, newest first.
 *
 * @throws DomainError PAGE_SIZE_OUT_OF_RANGE, CURSOR_INVALID
 */
export async function listPaymentPage(db: Db, { filter, ...input }: PageInput & Readonly<{ filter?: Filter | null }>) {
  const page = pageArgs(input, place);
  const { status = null, customerId = null, orderId = null } = filter ?? {};
  // What cannot be an id is nobody's id.
  const impossible = [customerId, orderId].some((id) => id !== null && !isUuid(id));
  const rows: readonly PaymentRow[] = impossible
    ? []
    : await listPayments(
        db,
        { status, customerId, orderId },
        {
          after: page.after === null ? null : { createdAt: page.after[0], id: page.after[1] },
          limit: page.limit + 1,
        },
      );
  return toConnection(rows, page, ({ created_at, id }) => [created_at, id]);
}
