/** Whether this browser can hand a picture to other apps. */
export function sharesPictures(): boolean {
  if (typeof navigator.share !== 'function' || typeof navigator.canShare !== 'function')
    return false;
  return navigator.canShare({ files: [new File([''], 'a.png', { type: 'image/png' })] });
}

/** Opens the phone's own sheet for sharing. @returns false when it failed; changing one's mind is no failure */
export async function sharePicture(picture: Blob, name: string, title: string): Promise<boolean> {
  try {
    await navigator.share({ title, files: [new File([picture], name, { type: picture.type })] });
    return true;
  } catch (cause) {
    return cause instanceof DOMException && cause.name === 'AbortError';
  }
}
