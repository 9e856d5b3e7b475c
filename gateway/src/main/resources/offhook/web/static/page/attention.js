import { byId } from './dom.js';

/** What reaches an agent who looks elsewhere: title, icon, notification. */
export class Attention {
  #notification = null;
  #icon = byId('icon');

  ringing(caller) {
    document.title = `Call: ${caller}`;
    this.#icon.href = '/icon-ringing.svg';
    if (globalThis.Notification?.permission === 'granted' && !document.hasFocus()) {
      try {
        this.#notification = new Notification('Incoming call', {
          body: caller, icon: '/icon-ringing.svg', tag: 'offhook-call', requireInteraction: true,
        });
        this.#notification.onclick = () => {
          window.focus();
          this.#notification?.close();
        };
      } catch {
        // Some mobile browsers offer notifications to service workers only.
      }
    }
  }

  calling(party) {
    document.title = `Calling: ${party}`;
    this.#icon.href = '/icon-call.svg';
  }

  inCall(caller) {
    this.#dismiss();
    document.title = `In call: ${caller}`;
    this.#icon.href = '/icon-call.svg';
  }

  idle() {
    this.#dismiss();
    document.title = 'Offhook';
    this.#icon.href = '/icon.svg';
  }

  #dismiss() {
    this.#notification?.close();
    this.#notification = null;
  }
}
