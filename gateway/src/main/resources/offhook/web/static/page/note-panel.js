import { partyText } from './call-text.js';
import { byId } from './dom.js';

/** The note to the call on the card, which may be written after the call, until the next one. */
export class NotePanel {
  #call = null;
  #drafts = new WeakMap();

  constructor() {
    byId('note-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#save();
    });
    byId('note-text').addEventListener('input', () => this.#say(''));
  }

  /** The call has the card: its note is written from now on. */
  show(call) {
    if (call === this.#call) {
      return;
    }
    this.#keepDraft();
    this.#call = call;
    byId('note-of').textContent = `Note to the call with ${partyText(call)}`;
    byId('note-text').value = this.#drafts.get(call)?.text ?? '';
    byId('note-panel').hidden = false;
    this.#say('');
  }

  /** The desk is another agent's. */
  forget() {
    this.#call = null;
    this.#drafts = new WeakMap();
    byId('note-text').value = '';
    byId('note-panel').hidden = true;
    this.#say('');
  }

  /** What was typed and not saved is there again when the call is. */
  #keepDraft() {
    if (this.#call) {
      this.#drafts.set(this.#call, { text: byId('note-text').value });
    }
  }

  async #save() {
    const call = this.#call;
    this.#say('Saving…');
    try {
      await call.setNote(byId('note-text').value.trim());
      this.#say('Saved.', call);
    } catch (error) {
      this.#say(error.message, call);
    }
  }

  #say(text, call = this.#call) {
    if (call === this.#call) {
      byId('note-state').textContent = text;
    }
  }
}
