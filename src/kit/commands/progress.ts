/** Progress of long work: on one line of a terminal, otherwise as lines on stderr. */

export interface Progress {
  readonly say: (text: string, important?: boolean) => void;
  readonly end: () => void;
}

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

export const progressLine = (wanted: boolean): Progress => {
  const moving = wanted && process.stderr.isTTY;
  let text = "";
  let frame = 0;
  let timer: NodeJS.Timeout | null = null;
  const draw = (): void => {
    process.stderr.write(`\r\u001B[2K${frames[frame++ % frames.length] ?? ""} ${text}`);
  };
  return {
    say: (next, important = false) => {
      text = next;
      if (!moving) {
        if (wanted && important) process.stderr.write(`${next}\n`);
        return;
      }
      timer ??= setInterval(draw, 80).unref();
      draw();
    },
    end: () => {
      if (timer === null) return;
      clearInterval(timer);
      timer = null;
      process.stderr.write("\r\u001B[2K");
    },
  };
};
