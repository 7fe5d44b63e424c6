package org.lockstep.transport;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/** The kernel interface under an event loop: epoll where it is there, else the JDK's selectors. */
enum Io {
  EPOLL(EpollServerSocketChannel.class, EpollSocketChannel.class) {
    @Override
    IoHandlerFactory handler() {
      return EpollIoHandler.newFactory();
    }
  },

  NIO(NioServerSocketChannel.class, NioSocketChannel.class) {
    @Override
    IoHandlerFactory handler() {
      return NioIoHandler.newFactory();
    }
  };

  private final Class<? extends ServerChannel> server;
  private final Class<? extends SocketChannel> socket;

  Io(Class<? extends ServerChannel> server, Class<? extends SocketChannel> socket) {
    this.server = server;
    this.socket = socket;
  }

  static Io best() {
    return Epoll.isAvailable() ? EPOLL : NIO;
  }

  abstract IoHandlerFactory handler();

  Class<? extends ServerChannel> serverChannel() {
    return server;
  }

  Class<? extends SocketChannel> socketChannel() {
    return socket;
  }
}
