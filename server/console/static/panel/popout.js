/**
 * The panel in a window of its own: always on top where the browser can (Document Picture-in-
 * Picture), else a plain small window.
 *
 * That window holds the same page again in a frame, with its own socket; this page rests meanwhile.
 */

const SIZE = { width: 360, height: 640 };

/** @returns {Promise<Window|null>} ``null`` where the browser allows neither */
export async function popOut() {
  const address = new URL(location.href);
  address.searchParams.set("frame", "1");
  if (!("documentPictureInPicture" in window)) return plain(address);
  try {
    const own = await window.documentPictureInPicture.requestWindow(SIZE);
    const frame = own.document.createElement("iframe");
    frame.src = address.href;
    frame.title = document.title;
    frame.style.cssText = "position:fixed;inset:0;width:100%;height:100%;border:0";
    frame.addEventListener("load", () => frame.contentWindow?.focus());
    own.document.title = document.title;
    own.document.body.append(frame);
    return own;
  } catch {
    return plain(address);
  }
}

function plain(address) {
  return window.open(address.href, "calmline-panel", `popup,width=${SIZE.width},height=${SIZE.height}`);
}
