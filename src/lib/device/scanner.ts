import type { BarcodeDetector as Ponyfill } from 'barcode-detector/ponyfill';
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';

// The clerk's scanner: camera frames in, texts of QR codes out. Reached from /shop only, which alone has the camera
// and WebAssembly allowed (server/http/headers.ts, csp.ts).

/** Why there is no picture; typing the code works in any case. */
export type CameraTrouble =
  /** The browser has no camera for this page: plain http, or a browser without the interface. */
  | 'unavailable'
  | 'none'
  | 'denied'
  | 'busy'
  /** The picture is there, but what reads it could not be loaded. */
  | 'no-reader';

export class CameraRefused extends Error {
  override readonly name = 'CameraRefused';
  readonly trouble: CameraTrouble;
  constructor(trouble: CameraTrouble, options?: ErrorOptions) {
    super(trouble, options);
    this.trouble = trouble;
  }
}

export type Facing = 'environment' | 'user';

/** What can be done with the camera that is open. */
export interface CameraControls {
  /** Absent where it has no light, or the browser cannot turn it on. */
  torch?: (on: boolean) => Promise<void>;
  /** There is another one to turn to. */
  others: boolean;
}

/** Reads the QR codes of one picture. */
export type Reader = (picture: HTMLCanvasElement) => Promise<string[]>;

/** Enough for a QR of 57 modules that fills half the frame; more only costs a slow phone time. */
const SIDE_PX = 720;
const PAUSE_MS = 80;

/**
 * Shows the camera in `video` and reads until `signal` is aborted, which also turns the camera off. Only the square
 * in the middle is read: what the clerk sees in the frame.
 * @param onread gets every text that is read, again and again while it is in view
 * @param onopen is told once what can be done with the camera
 * @throws CameraRefused
 */
export async function scan(
  video: HTMLVideoElement,
  onread: (text: string) => void,
  signal: AbortSignal,
  facing: Facing = 'environment',
  onopen: (controls: CameraControls) => void = () => undefined,
): Promise<void> {
  // Fetched while the clerk is being asked for the camera.
  const reader = openReader();
  reader.catch(() => undefined);
  const stream = await openCamera(facing);
  try {
    if (signal.aborted) return;
    signal.addEventListener('abort', () => turnOff(stream), { once: true });
    video.srcObject = stream;
    await video.play().catch(() => undefined);
    onopen(await controlsOf(stream));
    await readFrames(video, stream, await reader, onread, signal);
  } catch (cause) {
    if (signal.aborted) return;
    throw cause instanceof CameraRefused ? cause : new CameraRefused('no-reader', { cause });
  } finally {
    turnOff(stream);
    if (video.srcObject === stream) video.srcObject = null;
  }
}

async function readFrames(
  video: HTMLVideoElement,
  stream: MediaStream,
  first: Reader,
  onread: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const canvas = document.createElement('canvas');
  let read = first;
  while (!signal.aborted) {
    // Another app has taken the camera, or its plug was pulled.
    if (!stream.active) throw new CameraRefused('busy');
    if (!document.hidden && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
      takeSquare(video, canvas);
      const texts = await read(canvas).catch(async (cause: unknown) => {
        // Some phones promise to read QR codes and then cannot: from here on our own reader does it.
        if (read === wasmReader) throw cause;
        read = await openWasmReader();
        return [];
      });
      for (const text of texts) if (!signal.aborted) onread(text);
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

function takeSquare(video: HTMLVideoElement, canvas: HTMLCanvasElement): void {
  const { videoWidth: width, videoHeight: height } = video;
  const from = Math.min(width, height);
  canvas.width = canvas.height = Math.min(from, SIDE_PX);
  const [left, top, side] = [(width - from) / 2, (height - from) / 2, canvas.width];
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context?.drawImage(video, left, top, from, from, 0, 0, side, side);
}

async function openCamera(facing: Facing): Promise<MediaStream> {
  // Absent on plain http, whatever TypeScript says.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices?.getUserMedia) throw new CameraRefused('unavailable');
  const wish = {
    facingMode: { ideal: facing },
    width: { ideal: 1280 },
    height: { ideal: 720 },
  };
  try {
    return await devices.getUserMedia({ audio: false, video: wish });
  } catch (cause) {
    throw new CameraRefused(troubleOf(cause), { cause });
  }
}

/** Not in TypeScript's library. */
interface WithTorch {
  torch?: boolean;
}

async function controlsOf(stream: MediaStream): Promise<CameraControls> {
  const [track] = stream.getVideoTracks();
  const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  const others = devices.filter(({ kind }) => kind === 'videoinput').length > 1;
  // Firefox has no capabilities to ask for.
  const able = track && 'getCapabilities' in track && (track.getCapabilities() as WithTorch).torch;
  if (!able) return { others };
  const torch = (on: boolean) =>
    track.applyConstraints({ advanced: [{ torch: on } as WithTorch & MediaTrackConstraintSet] });
  return { others, torch };
}

const PHOTO_SIDES_PX = [1600, 900, 500];

/**
 * The QR codes of a photo, as a last resort. A large picture is tried smaller too: noise that hides a code goes with
 * the pixels.
 * @throws CameraRefused `no-reader` where it cannot be read at all
 */
export async function readPhoto(photo: Blob): Promise<string[]> {
  try {
    const read = await openReader();
    const picture = await createImageBitmap(photo);
    for (const side of PHOTO_SIDES_PX) {
      const canvas = document.createElement('canvas');
      const scale = Math.min(1, side / Math.max(picture.width, picture.height));
      canvas.width = Math.max(1, Math.round(picture.width * scale));
      canvas.height = Math.max(1, Math.round(picture.height * scale));
      canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
      const texts = await read(canvas);
      if (texts.length > 0) return texts;
    }
    return [];
  } catch (cause) {
    throw new CameraRefused('no-reader', { cause });
  }
}

function turnOff(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

function troubleOf(cause: unknown): CameraTrouble {
  switch (cause instanceof DOMException ? cause.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'none';
    default:
      return 'busy';
  }
}

/** The browser's own reader where it really reads QR codes, else ours. */
async function openReader(): Promise<Reader> {
  return (await nativeReader()) ?? openWasmReader();
}

async function nativeReader(): Promise<Reader | undefined> {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: typeof Ponyfill };
  // Where a phone lacks the service behind it, it is there and knows no format, or fails when asked.
  const formats: readonly string[] =
    (await BarcodeDetector?.getSupportedFormats().catch(() => undefined)) ?? [];
  return BarcodeDetector && formats.includes('qr_code') ? readerOf(BarcodeDetector) : undefined;
}

let wasmReader: Reader | undefined;

/** Loaded when needed, once per page. Its wasm is a file of this site; the library's default is somebody else's. */
async function openWasmReader(): Promise<Reader> {
  if (wasmReader) return wasmReader;
  const { BarcodeDetector, prepareZXingModule } = await import('barcode-detector/ponyfill');
  await prepareZXingModule({ overrides: { locateFile: () => wasmUrl }, fireImmediately: true });
  return (wasmReader = readerOf(BarcodeDetector));
}

function readerOf(Detector: typeof Ponyfill): Reader {
  const detector = new Detector({ formats: ['qr_code'] });
  return async (picture) => (await detector.detect(picture)).map(({ rawValue }) => rawValue);
}
