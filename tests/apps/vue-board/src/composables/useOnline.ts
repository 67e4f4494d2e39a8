import { onMounted, ref } from "vue";

/** Whether the device has a network at all. */
export function useOnline() {
  const online = ref(navigator.onLine);

  function update() {
    online.value = navigator.onLine;
  }

  onMounted(() => {
    window.addEventListener("online", update);
    window.addEventListener("offline", update);
  });

  return online;
}
