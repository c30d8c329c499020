using System.Runtime.InteropServices;

namespace EniAgent.Netlink;

/// <summary>Constants of linux/netfilter/nfnetlink.h and nf_tables.h, with the kernel's names.</summary>
internal static class NetfilterUapi
{
    internal const ushort NFNL_SUBSYS_NFTABLES = 10;

    internal const ushort NFT_MSG_NEWCHAIN = 3;
    internal const ushort NFT_MSG_GETCHAIN = 4;

    internal const ushort NFTA_CHAIN_TABLE = 1;
    internal const ushort NFTA_CHAIN_NAME = 3;
    internal const ushort NFTA_CHAIN_HOOK = 4;
    internal const ushort NFTA_CHAIN_POLICY = 5;

    internal const ushort NFTA_HOOK_HOOKNUM = 1;

    internal const uint NF_DROP = 0;
}

[StructLayout(LayoutKind.Sequential)]
internal struct nfgenmsg
{
    public byte nfgen_family;
    public byte version;
    public ushort res_id;
}
