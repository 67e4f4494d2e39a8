// The application without its `main`: what drives the page says when it comes and goes.
import { open, show } from "./shown";

const shown: (() => void)[] = [];

Object.assign(window, {
  proof: {
    mount(name: string, times = 1) {
      for (let time = 0; time < times; time += 1) {
        const container = document.body.appendChild(document.createElement("div"));
        const end = show(name, container);
        shown.push(() => {
          end();
          container.remove();
        });
      }
    },
    unmount() {
      for (const end of shown.splice(0)) end();
    },
    open,
  },
});
