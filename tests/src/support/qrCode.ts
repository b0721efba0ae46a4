import type { Page } from 'playwright-core';
import { decodeQR } from 'qr/decode.js';
import { z } from 'zod';

const picture = z.object({ width: z.int(), height: z.int(), data: z.array(z.int()) });

/** Reads the QR code that is the first picture of a page, as a telephone's camera would. */
export const readQrCode = async (page: Page): Promise<string> => {
  const { width, height, data } = picture.parse(
    await page.evaluate(`(async () => {
      const [image] = document.images;
      await image.decode();
      const { naturalWidth: width, naturalHeight: height } = image;
      const context = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d');
      context.drawImage(image, 0, 0);
      return { width, height, data: [...context.getImageData(0, 0, width, height).data] };
    })()`),
  );
  return decodeQR({ width, height, data: Uint8Array.from(data) }, { timeLimit: Infinity });
};
