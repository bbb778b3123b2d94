package io.github.vertexj.jpegdigits;

import io.github.vertexj.Handlers;
import io.github.vertexj.RawHandler;
import io.github.vertexj.RawReply;
import io.github.vertexj.Tensor;
import io.github.vertexj.quickstart.DigitPrediction;
import io.github.vertexj.quickstart.DigitProvider;
import io.github.vertexj.undertow.ModelServer;
import javax.imageio.ImageIO;

/** The quickstart's server of digits, which also takes images as they are. */
public final class JpegDigits {
  /** Each may hold a decoded image of {@link ImageHead#MOST_PIXELS} in memory. */
  private static final int IMAGES_AT_A_TIME = 8;

  private JpegDigits() {}

  /** Images and envelopes ask the same model, in the same batches. */
  static void register(Handlers<Tensor, DigitPrediction> handlers) {
    RawHandler<Tensor, DigitPrediction> image =
        (request, model) -> RawReply.json(model.predict(DigitImage.read(request.bytes())));
    handlers.onMediaType("image/jpeg", image).onMediaType("image/png", image);
  }

  static ModelServer.Builder server() {
    ImageIO.setUseCache(false); // otherwise it writes each image into a temporary file
    return ModelServer.builder(new DigitProvider().with(JpegDigits::register))
        .handler(handler -> handler.handlerThreads(IMAGES_AT_A_TIME));
  }

  /** Serves the model in {@code AIP_STORAGE_URI} until the process is told to stop. */
  public static void main(String[] arguments) {
    server().build().run();
  }
}
