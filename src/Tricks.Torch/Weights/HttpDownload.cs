using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Tricks.Torch.Weights;

/// <summary>One request: from the beginning, or from where the last one was cut.</summary>
internal static class HttpDownload
{
    private const int PieceBytes = 1 << 16;

    private static readonly HttpClient Client = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = Timeout.InfiniteTimeSpan,                     // ours counts from byte to byte
    };

    /// <summary>Fills the part to the end of the file.</summary>
    /// <returns>The SHA-256 of all of it.</returns>
    /// <exception cref="WeightsDownloadException">The server refuses, or sends more than is allowed.</exception>
    internal static async Task<byte[]> RunAsync(Uri address, PartialFile part, DownloadOptions options, CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(options.Timeout);
        using var request = Request(address, part);
        try
        {
            using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token).ConfigureAwait(false);
            var total = Begin(response, address, part);
            Check(total ?? 0, address, options);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await AddAsync(hash, part.Stream, cancellationToken).ConfigureAwait(false);
            await using var body = await response.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false);
            var piece = new byte[PieceBytes];
            while (true)
            {
                silence.CancelAfter(options.Timeout);
                var count = await body.ReadAsync(piece, silence.Token).ConfigureAwait(false);
                if (count == 0)
                    break;
                await part.Stream.WriteAsync(piece.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                hash.AppendData(piece, 0, count);
                Check(part.Stream.Position, address, options);
                options.Progress?.Report(new DownloadProgress(part.Name, part.Stream.Position, total));
            }

            if (total is { } expected && part.Stream.Position != expected)
                throw new IOException($"{part.Stream.Position} of {expected} bytes arrived.");
            return hash.GetHashAndReset();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"No byte arrived for {options.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s.");
        }
    }

    private static HttpRequestMessage Request(Uri address, PartialFile part)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (part.Stream.Length > 0 && part.Tag is { } tag && RangeConditionHeaderValue.TryParse(tag, out var condition))
        {
            request.Headers.Range = new RangeHeaderValue(part.Stream.Length, null);
            request.Headers.IfRange = condition;
        }

        return request;
    }

    /// <summary>Places the part's stream where the response's first byte belongs.</summary>
    /// <returns>The length of the whole file; null when the server does not say.</returns>
    private static long? Begin(HttpResponseMessage response, Uri address, PartialFile part)
    {
        if (response.StatusCode == HttpStatusCode.PartialContent)
        {
            var range = response.Content.Headers.ContentRange;
            if (range?.From != part.Stream.Length)
            {
                part.Tag = null;                                // begins anew the next time
                throw new IOException($"The server sent the bytes from {range?.From} on in place of those from {part.Stream.Length} on.");
            }

            return range.Length;
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            part.Tag = null;
            Refuse(response, address);
        }

        part.Stream.SetLength(0);
        part.Tag = response.Headers.ETag is { IsWeak: false } tag ? tag.ToString()
            : response.Content.Headers.LastModified?.ToString("r", CultureInfo.InvariantCulture);
        return response.Content.Headers.ContentLength;
    }

    private static void Refuse(HttpResponseMessage response, Uri address)
    {
        var status = $"The server answers {(int)response.StatusCode} {response.ReasonPhrase} to '{address}'.";
        if (response.StatusCode is >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
            or HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            throw new HttpRequestException(status, null, response.StatusCode);
        }

        throw new WeightsDownloadException($"{status} Check the address.");
    }

    private static async Task AddAsync(IncrementalHash hash, FileStream part, CancellationToken cancellationToken)
    {
        var piece = new byte[PieceBytes];
        part.Position = 0;
        while (await part.ReadAsync(piece, cancellationToken).ConfigureAwait(false) is > 0 and var count)
            hash.AppendData(piece, 0, count);
    }

    private static void Check(long bytes, Uri address, DownloadOptions options)
    {
        if (bytes > options.MaximumBytes)
            throw new WeightsDownloadException($"'{address}' has more than {options.MaximumBytes} bytes; raise DownloadOptions.MaximumBytes if that is right.");
    }
}
