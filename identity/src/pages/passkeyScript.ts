/** Where the one script of our pages is served. */
export const passkeyScriptPath = '/oauth2/passkey.js';

/**
 * Lets the browser make or use a passkey, and puts its answer into the form. Without WebAuthn the form stays hidden and
 * the rest of the page works.
 */
export const passkeyScript = `const form = document.querySelector('form[data-passkey]');
if (form && window.PublicKeyCredential && PublicKeyCredential.parseCreationOptionsFromJSON) {
  form.hidden = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    try {
      const options = JSON.parse(form.dataset.options);
      const credential =
        form.dataset.passkey === 'create'
          ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
          : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
      form.elements.credential.value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch {
      form.querySelector('[role=alert]').hidden = false;
    }
  });
}
`;
