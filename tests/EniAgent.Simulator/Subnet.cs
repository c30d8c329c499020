using System.Net;
using EniAgent.Simulator.Kernel;

namespace EniAgent.Simulator;

/// <summary>A subnet of the VPC: a bridge in the fabric with the gateway's address, and one neighbour host on it.</summary>
public sealed class Subnet
{
    private uint _next;

    internal Subnet(string id, int number, IPNetwork network, IPAddress gateway, NetworkNamespace client)
    {
        Id = id;
        Number = number;
        Network = network;
        Gateway = gateway;
        Client = client;
        // The gateway has the first address, the neighbour the last usable one; ENIs are given theirs from the fifth up.
        ClientAddress = Ipv4.From(Ipv4.Bits(network.BaseAddress) + (uint)(1L << (32 - network.PrefixLength)) - 2);
        _next = Ipv4.Bits(network.BaseAddress) + 5;
    }

    /// <summary>The cloud's identifier, as <c>subnet-4k2p91xa</c>.</summary>
    public string Id { get; }

    /// <summary>Which subnet of the VPC it is, from 1.</summary>
    public int Number { get; }

    /// <summary>Its addresses.</summary>
    public IPNetwork Network { get; }

    /// <summary>The prefix length of <see cref="Network"/>.</summary>
    public int PrefixLength => Network.PrefixLength;

    /// <summary>The netmask as metadata writes it, as <c>255.255.255.0</c>.</summary>
    public IPAddress Mask => Ipv4.From(PrefixLength == 0 ? 0 : uint.MaxValue << (32 - PrefixLength));

    /// <summary>The gateway's address; it may lie outside <see cref="Network"/> if it was made so.</summary>
    public IPAddress Gateway { get; }

    /// <summary>The neighbour host's namespace.</summary>
    public NetworkNamespace Client { get; }

    /// <summary>The neighbour host's address.</summary>
    public IPAddress ClientAddress { get; }

    /// <summary>The name of its bridge in the fabric.</summary>
    public string Bridge => $"br{Number}";

    /// <summary>An address of the subnet that nobody was given yet.</summary>
    public IPAddress NextAddress()
    {
        var address = Ipv4.From(Interlocked.Increment(ref _next) - 1);
        return Network.Contains(address) && !address.Equals(ClientAddress)
            ? address
            : throw new InvalidOperationException($"{Network} has no free address left");
    }

    /// <summary>Gives these away: they are nobody's next.</summary>
    /// <exception cref="ArgumentException">The neighbour has one of them.</exception>
    internal void Take(IEnumerable<IPAddress> addresses)
    {
        foreach (var address in addresses)
        {
            if (address.Equals(ClientAddress))
            {
                throw new ArgumentException($"{address} is the neighbour's in {Network}");
            }
            _next = Math.Max(_next, Ipv4.Bits(address) + 1);
        }
    }

    /// <summary>The subnet as people write it.</summary>
    public override string ToString() => Network.ToString();
}
