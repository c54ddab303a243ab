// The reader's camera, frame by frame, for as long as it is looked at.
(function (lab) {
  "use strict";

  const TALL = 128; // pixels of a frame; the network sees no more

  class Camera {
    // show: called with each frame, a photograph; ended: when it is over.
    constructor(widget, show, ended) {
      Object.assign(this, { show, ended, stream: null, asked: 0 });
      const stop = () => this.stop();
      document.addEventListener("visibilitychange", () => {
        if (document.hidden) stop();
      });
      addEventListener("pagehide", stop);
      new IntersectionObserver(([{ isIntersecting }]) => {
        if (!isIntersecting) stop();
      }).observe(widget);
    }

    static get exists() {
      return Boolean(navigator.mediaDevices?.getUserMedia);
    }

    // Fails with the error of the browser if there is no camera for us.
    async start() {
      const asked = ++this.asked;
      const stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment", width: { ideal: 640 } },
      });
      if (asked !== this.asked) { // stopped, or asked again, meanwhile
        return stream.getTracks().forEach((track) => track.stop());
      }
      this.stream = stream;
      stream.getTracks()[0].addEventListener("ended", () => this.stop());
      this.video = lab.el("video", { playsinline: true });
      this.video.muted = true;
      this.video.srcObject = stream;
      try {
        await this.video.play();
      } catch (error) {
        if (stream !== this.stream) return; // stopped meanwhile
        this.release();
        throw error;
      }
      this.watch(stream);
    }

    watch(stream) {
      if (stream !== this.stream) return;
      const { video } = this;
      if (video.currentTime !== this.time && video.videoWidth) {
        this.time = video.currentTime;
        this.show(lab.pixels.taken(video, video.videoWidth, video.videoHeight,
                                   TALL, 2));
      }
      requestAnimationFrame(() => this.watch(stream));
    }

    stop() {
      this.asked++;
      if (!this.stream) return;
      this.release();
      this.ended();
    }

    release() {
      for (const track of this.stream.getTracks()) track.stop();
      this.stream = null;
      if (this.video) this.video.srcObject = null;
    }
  }

  lab.Camera = Camera;
})(window.NinLab);
