import { byId } from './dom.js';
import { remember, remembered } from './memory.js';

const MICROPHONE_KEY = 'offhook.microphone';
const SPEAKER_KEY = 'offhook.speaker';

/** Which microphone and speaker are used: the choice outlasts the page. */
export class SoundPanel {
  #notice;
  #audio = null;

  constructor(notice) {
    this.#notice = notice;
    byId('microphone').addEventListener('change', ({ target }) => this.#chooseInput(target.value));
    byId('speaker').addEventListener('change', ({ target }) => this.#chooseOutput(target.value));
  }

  /** The microphone that a device begins with. */
  get inputDeviceId() {
    return remembered(MICROPHONE_KEY) ?? '';
  }

  /** A device came. */
  follow(audio) {
    this.#audio = audio;
    audio.on('deviceschange', () => this.#list());
    audio.on('input', () => this.#list());
    const speaker = remembered(SPEAKER_KEY) ?? '';
    if (speaker !== '') {
      // Not plugged in today: the default one is used.
      audio.setOutputDevice(speaker).catch(() => {}).then(() => this.#list());
    }
    this.#list();
  }

  async #list() {
    const audio = this.#audio;
    const [inputs, outputs] = await Promise.all([audio.inputDevices(), audio.outputDevices()])
      .catch(() => [[], []]);
    if (audio !== this.#audio) {
      return;
    }
    showChoice(byId('microphone'), 'Default microphone', inputs, audio.inputDevice);
    showChoice(byId('speaker'), 'Default speaker', outputs, audio.outputDevice);
    byId('speaker').disabled = !audio.canSelectOutput;
  }

  #chooseInput(deviceId) {
    return this.#try(async () => {
      await this.#audio?.setInputDevice(deviceId);
      remember(MICROPHONE_KEY, deviceId);
    }, 'MicrophoneBusy', 'MicrophoneMissing', 'MicrophoneLost');
  }

  #chooseOutput(deviceId) {
    return this.#try(async () => {
      await this.#audio?.setOutputDevice(deviceId);
      remember(SPEAKER_KEY, deviceId);
    }, 'SpeakerUnavailable');
  }

  async #try(choice, ...solved) {
    try {
      await choice();
      this.#notice.clearIf(...solved);
    } catch (error) {
      this.#notice.showError(error);
      this.#list();
    }
  }
}

function showChoice(list, defaultText, found, chosen) {
  const option = (value, text) => {
    const item = document.createElement('option');
    item.value = value;
    item.textContent = text;
    return item;
  };
  const named = found.filter(({ deviceId, label }) => label !== '' && deviceId !== 'default');
  list.replaceChildren(option('', defaultText),
    ...named.map(({ deviceId, label }) => option(deviceId, label)));
  list.value = named.some(({ deviceId }) => deviceId === chosen) ? chosen : '';
}
