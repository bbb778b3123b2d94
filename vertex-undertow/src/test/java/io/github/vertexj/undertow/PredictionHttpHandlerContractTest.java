package io.github.vertexj.undertow;

import io.github.vertexj.serving.PredictionHandler;
import io.github.vertexj.testkit.AdapterContract;
import io.github.vertexj.testkit.RunningServer;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import java.net.InetSocketAddress;

/** The contract of adapters, kept in an Undertow of the team's own. */
class PredictionHttpHandlerContractTest extends AdapterContract {

  @Override
  protected RunningServer serve(PredictionHandler handler) {
    Undertow undertow =
        Undertow.builder()
            .addHttpListener(0, "127.0.0.1", new PredictionHttpHandler(handler))
            .setServerOption(UndertowOptions.DECODE_URL, false)
            .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, -1L)
            .setServerOption(UndertowOptions.BUFFER_PIPELINED_DATA, false)
            .build();
    undertow.start();
    var address = (InetSocketAddress) undertow.getListenerInfo().get(0).getAddress();
    return RunningServer.of(address.getPort(), undertow::stop);
  }
}
