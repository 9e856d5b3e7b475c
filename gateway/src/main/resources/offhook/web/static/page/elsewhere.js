import { byId } from './dom.js';

/** The calls that the agent has on other pages and devices, each with a button to take it here. */
export function showElsewhere(device, notice) {
  const calls = device.callsElsewhere;
  byId('elsewhere').hidden = calls.length === 0;
  byId('elsewhere').replaceChildren(...calls.map((call) => {
    const item = document.createElement('li');
    const who = document.createElement('bdi');
    const { name, number } = call.callerInfo;
    who.textContent =
      (call.direction === 'outgoing' ? call.to : name || number) || 'Unknown caller';
    const take = document.createElement('button');
    take.type = 'button';
    take.className = 'quiet';
    take.dataset.call = call.id;
    take.textContent = 'Take it here';
    take.addEventListener('click', () => {
      take.disabled = true;
      call.pull().catch((error) => {
        take.disabled = false;
        notice.showError(error);
      });
    });
    item.append('On another page or device: ', who, ' ', take);
    return item;
  }));
}
